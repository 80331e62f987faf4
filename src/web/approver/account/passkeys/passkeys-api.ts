import * as v from "valibot";
import { get, patch, post, remove } from "../../api.ts";

const Passkey = v.object({
  id: v.string(),
  name: v.string(),
  created_at: v.string(),
  last_used_at: v.string(),
  /** Whether a password manager copies it to other devices. */
  synced: v.boolean(),
  /** Whether this phone has signed in with it. */
  current: v.boolean(),
});

export type Passkey = v.InferOutput<typeof Passkey>;

const Passkeys = v.object({
  passkeys: v.array(Passkey),
  recovery_code: v.nullable(v.object({ made_at: v.string() })),
});

export type Passkeys = v.InferOutput<typeof Passkeys>;

const RecoveryCode = v.object({ recovery_code: v.string() });

/** Throws a `LoginError`, as all of these. */
export function fetchPasskeys(): Promise<Passkeys> {
  return get("/account/passkeys", Passkeys);
}

export async function renamePasskey({ id }: Passkey, name: string): Promise<void> {
  await patch(`/account/passkeys/${id}`, { name });
}

export async function removePasskey({ id }: Passkey): Promise<void> {
  await remove(`/account/passkeys/${id}`);
}

/** The one before, if there was one, counts no more. */
export async function makeRecoveryCode(): Promise<string> {
  return (await post("/account/recovery-code", {}, RecoveryCode)).recovery_code;
}
