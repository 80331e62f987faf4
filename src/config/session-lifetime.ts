import type { ClientBinding } from "../login-session/domain/session.ts";

/** How long a session can be scanned and decided, in milliseconds. */
export function sessionLifetime(
  { deviceTtl, sessionTtl }: { deviceTtl: number; sessionTtl: number },
  { grant }: ClientBinding,
): number {
  return grant === "device_code" ? deviceTtl : sessionTtl;
}
