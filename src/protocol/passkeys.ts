import * as v from "valibot";

/** Responses of `/account/passkeys` and `/account/recovery-code`. Instants are ISO 8601, UTC. */

export const Passkey = v.object({
  id: v.string(),
  name: v.string(),
  created_at: v.string(),
  last_used_at: v.string(),
  /** Whether it is copied to other devices. */
  synced: v.boolean(),
  /** Whether the phone that sent the request is signed in with it. */
  current: v.boolean(),
  /** Whether a new phone has added it, and it is new itself. If its owner doesn't know it, it should be removed. */
  unconfirmed: v.boolean(),
});

export type Passkey = v.InferOutput<typeof Passkey>;

/** 200 of `GET /account/passkeys`. */
export const PasskeysResponse = v.object({
  passkeys: v.array(Passkey),
  /** Whether the phone that sent the request is unconfirmed, so that it can't name passkeys. */
  phone_unconfirmed: v.boolean(),
  recovery_code: v.nullable(v.object({ made_at: v.string() })),
});

export type PasskeysResponse = v.InferOutput<typeof PasskeysResponse>;

/** 201 of `POST /account/passkeys`. */
export const AddPasskeyResponse = v.object({ passkey: Passkey });

export type AddPasskeyResponse = v.InferOutput<typeof AddPasskeyResponse>;

/** 201 of `POST /account/recovery-code`. The code is shown once. */
export const RecoveryCodeResponse = v.object({ recovery_code: v.string() });

export type RecoveryCodeResponse = v.InferOutput<typeof RecoveryCodeResponse>;
