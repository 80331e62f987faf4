import {
  CREDENTIAL,
  EVENT,
  LOGIN,
  PHONE_SESSION,
  PROFILE,
  RECOVERY,
  SUBSCRIPTION,
} from "../../src/accounts/account-rows.ts";
import { NOTICES } from "../../src/accounts/notices.ts";
import { RECOVERY_CODE } from "../../src/accounts/recovery-codes.ts";
import { RECEIVED_EVENTS } from "../../src/compare/callback-inbox.ts";
import { LOGOUTS } from "../../src/delivery/logout-token.ts";
import { LOGIN_EVENTS } from "../../src/delivery/security-event.ts";
import type { RowFormat } from "../../src/durable-objects/row-format.ts";
import { PUSHED_REQUEST } from "../../src/oauth/pushed-requests.ts";
import { USED_UNTIL } from "../../src/oauth/replays.ts";
import { SEALING_KEY, STORED_KEY } from "../../src/oauth/signing-keys.ts";
import { NOTES } from "../../src/object/notes.ts";
import { POLLING, SESSION, USER_CODES_MADE } from "../../src/object/session-rows.ts";
import { CODE_ROW, TABLE_ROW, TRIES_ROW } from "../../src/object/user-codes.ts";
import { ATTACHMENT } from "../../src/object/watchers.ts";
import { PUSH_KEY } from "../../src/push/push-keys.ts";

/** Every format of src (test/structure/storage.test.ts). */
export const FORMATS: readonly RowFormat<unknown>[] = [
  ATTACHMENT,
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
