import {
  BROWSER_SESSION,
  CREDENTIAL,
  EVENT,
  LOGIN,
  PHONE_SESSION,
  PROFILE,
  RECOVERY,
  SUBSCRIPTION,
} from "../../src/accounts/account-rows.ts";
import { NOTICES } from "../../src/accounts/notifications/push-notifications.ts";
import { RECOVERY_CODE } from "../../src/accounts/recovery/recovery-codes.ts";
import { RECEIVED_EVENTS } from "../../src/compare/callback-inbox.ts";
import { LOGOUTS } from "../../src/oidc/backchannel/logout-token.ts";
import { LOGIN_EVENTS } from "../../src/oidc/backchannel/security-event.ts";
import type { RowFormat } from "../../src/lib/row-format.ts";
import { PUSHED_REQUEST } from "../../src/oidc/authorization/pushed-requests.ts";
import { USED_UNTIL } from "../../src/oidc/dpop/jti-replay-cache.ts";
import { SEALING_KEY, STORED_KEY } from "../../src/oidc/keys/signing-keys.ts";
import { NOTES } from "../../src/login-session/durable-object/account-audit-outbox.ts";
import {
  POLLING,
  SESSION,
  USER_CODES_MADE,
} from "../../src/login-session/durable-object/session-rows.ts";
import { CODE_ROW, TABLE_ROW, TRIES_ROW } from "../../src/user-codes/user-codes.ts";
import { ATTACHMENT } from "../../src/login-session/durable-object/watchers.ts";
import { PUSH_KEY } from "../../src/web-push/push-keys.ts";

/** Every format of src (test/structure/storage.test.ts). */
export const FORMATS: readonly RowFormat<unknown>[] = [
  ATTACHMENT,
  BROWSER_SESSION,
  CODE_ROW,
  CREDENTIAL,
  EVENT,
  LOGIN,
  LOGIN_EVENTS,
  LOGOUTS,
  NOTES,
  NOTICES,
  PHONE_SESSION,
  POLLING,
  PROFILE,
  PUSHED_REQUEST,
  PUSH_KEY,
  RECEIVED_EVENTS,
  RECOVERY,
  RECOVERY_CODE,
  SEALING_KEY,
  SESSION,
  STORED_KEY,
  SUBSCRIPTION,
  TABLE_ROW,
  TRIES_ROW,
  USED_UNTIL,
  USER_CODES_MADE,
];
