import type { AccountStore } from "./account-store.ts";
import type { BrowserSessionRegistry } from "./browser-sessions/browser-session-registry.ts";
import type { AuditRecorder } from "./audit-log/audit-recorder.ts";
import type { PhoneSessions } from "./phone-sessions/phone-sessions.ts";
import type { Revocation } from "./phone-sessions/revocation.ts";

/** What the parts of an account share. */
export interface AccountContext {
  readonly env: Env;
  readonly store: AccountStore;
  readonly phones: PhoneSessions;
  readonly audit: AuditRecorder;
  readonly revocation: Revocation;
  readonly browserSessions: BrowserSessionRegistry;
}
