import * as v from "valibot";
import { RowFormat, schemaOf } from "../lib/row-format.ts";
import {
  AuthenticatedUserSchema,
  ClientBindingSchema,
  DeviceSchema,
  GrantSchema,
} from "../login-session/domain/row-schemas.ts";
import type { Subscription } from "../web-push/subscription.ts";
import { Reason } from "../protocol/risk.ts";
import type { BrowserSession } from "./browser-sessions/browser-session.ts";
import type { StoredEvent } from "./audit-log/audit-log-policy.ts";
import { renameHardwareKey, renameHardwareKeyIn } from "./hardware-key-migration.ts";
import { upgradeRefreshFamily } from "./logins/legacy-refresh-family.ts";
import type { LoginRecord } from "./logins/login-record.ts";
import type { Credential } from "./passkeys/credential.ts";
import type { PhoneSession } from "./phone-sessions/phone-session.ts";
import type { Profile } from "./profile.ts";
import type { CurrentRecoveryCode } from "./recovery/recovery-code.ts";

const text = v.string();
const number = v.number();
const optionalText = v.exactOptional(text);
const optionalNumber = v.exactOptional(number);

/** `EventContext`. */
export const eventPlace = {
  clientId: optionalText,
  sid: optionalText,
  browser: optionalText,
  system: optionalText,
  city: optionalText,
  country: optionalText,
};

const probation = v.exactOptional(
  v.object({ root: text, by: v.picklist(["another_phone", "recovery_code"]), until: number }),
);

/** `Redemption`. */
const redemption = {
  codeHash: text,
  clientId: text,
  begunBy: ClientBindingSchema,
  redirectUri: optionalText,
  jkt: optionalText,
  redeemedAt: number,
};

export const PROFILE = new RowFormat(
  "profile",
  schemaOf<Profile>()(
    v.object({ name: text, createdAt: number, lastConfirmedUse: optionalNumber }),
  ),
);

export const RECOVERY = new RowFormat(
  "recovery code of an account",
  schemaOf<CurrentRecoveryCode>()(v.object({ locator: text, madeAt: number })),
);

export const CREDENTIAL = new RowFormat(
  "passkey",
  schemaOf<Credential>()(
    v.object({
      id: text,
      name: text,
      publicKey: v.custom<Uint8Array<ArrayBuffer>>((value) => value instanceof Uint8Array),
      counter: number,
      transports: v.array(text),
      deviceType: v.picklist(["singleDevice", "multiDevice"]),
      backedUp: v.boolean(),
      createdAt: number,
      lastUsedAt: number,
      newestCeremony: number,
      probation,
    }),
  ),
);

export const PHONE_SESSION = new RowFormat(
  "signed-in phone",
  schemaOf<PhoneSession>()(
    v.object({
      id: text,
      secretHash: text,
      createdAt: number,
      lastSeenAt: number,
      authTime: number,
      amr: v.array(text),
      by: v.picklist(["passkey", "another_phone", "recovery_code"]),
      credential: optionalText,
      probation,
      link: v.exactOptional(v.object({ ...redemption, sessionId: text, seed: text })),
      newestAddition: optionalNumber,
      device: v.object({
        browser: optionalText,
        system: optionalText,
        city: optionalText,
        country: optionalText,
      }),
      replaced: v.exactOptional(v.array(v.object({ secretHash: text, probation, until: number }))),
    }),
  ),
  [renameHardwareKey],
);

export const SUBSCRIPTION = new RowFormat(
  "push subscription",
  schemaOf<Subscription>()(
    v.object({ endpoint: text, keys: v.object({ p256dh: text, auth: text }), language: text }),
  ),
);

const IssuedTokenSchema = v.object({ serial: number, hash: text });

const RefreshFamilySchema = v.object({
  reference: text,
  current: IssuedTokenSchema,
  previous: v.exactOptional(v.object({ ...IssuedTokenSchema.entries, rotatedAt: number })),
  jkt: optionalText,
  idleAt: number,
  legacy: v.exactOptional(v.object({ hashes: v.array(text), jkt: optionalText })),
});

export const LOGIN = new RowFormat(
  "login",
  schemaOf<LoginRecord>()(
    v.variant("status", [
      v.object({
        status: v.literal("active"),
        grant: GrantSchema,
        lastSeenAt: number,
        expiresAt: number,
        idleTtl: number,
        keptFor: number,
        unconfirmedUntil: number,
        confirmedAt: optionalNumber,
        refresh: v.exactOptional(RefreshFamilySchema),
        probation,
        redemption: v.exactOptional(v.object(redemption)),
      }),
      v.object({
        status: v.literal("ended"),
        grant: v.exactOptional(GrantSchema),
        confirmedAt: optionalNumber,
        probation,
        endedAt: number,
        endedBy: v.picklist(["owner", "stranger", "client", "server"]),
        unconfirmed: v.exactOptional(v.object({ until: number, lastSeenAt: number })),
        disownedAt: optionalNumber,
        forgetAt: number,
      }),
    ]),
  ),
  [upgradeRefreshFamily, renameHardwareKeyIn("grant")],
);

export const BROWSER_SESSION = new RowFormat(
  "browser session",
  schemaOf<BrowserSession>()(
    v.object({
      id: text,
      secretHash: text,
      account: AuthenticatedUserSchema,
      screen: DeviceSchema,
      reasons: v.array(Reason),
      openedAt: number,
      lastUsedAt: number,
      expiresAt: number,
      idleTtl: number,
      approved: v.array(text),
      clients: v.array(v.object({ clientId: text, scope: text })),
      probation,
    }),
  ),
);

/** The members of every event. */
const event = { ...eventPlace, root: optionalText, at: number, forgetAt: number };

export const EVENT = new RowFormat(
  "event",
  schemaOf<StoredEvent>()(
    v.variant("type", [
      v.object({
        type: v.picklist([
          "account_created",
          "phone_signed_in",
          "phone_linked",
          "recovery_code_made",
          "recovery_code_used",
          "login_declined",
          "match_wrong",
          "code_repeated",
          "notices_on",
          "notices_off",
        ]),
        ...event,
      }),
      v.object({
        type: v.literal("login_refused"),
        reasons: v.array(v.object({ code: text })),
        ...event,
      }),
      v.object({ type: v.literal("phone_signed_out"), name: optionalText, ...event }),
      v.object({
        type: v.picklist(["passkey_added", "passkey_renamed", "passkey_removed"]),
        name: text,
        ...event,
      }),
      v.object({
        type: v.literal("attack"),
        what: v.picklist([
          "recovery_code_guessed",
          "refresh_token_reused",
          "code_reused",
          "assertion_of_another_request",
          "assertion_of_another_account",
        ]),
        ...event,
      }),
    ]),
  ),
);
