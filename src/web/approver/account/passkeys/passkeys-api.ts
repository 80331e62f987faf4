import type { RenamePasskeyBody } from "../../../../protocol/account-requests.ts";
import {
  PasskeysResponse,
  RecoveryCodeResponse,
  type Passkey,
} from "../../../../protocol/passkeys.ts";
import { get, patch, post, remove } from "../../api.ts";

/** The passkeys and the recovery code. All functions throw a `LoginError`. */

export function fetchPasskeys(): Promise<PasskeysResponse> {
  return get("/account/passkeys", PasskeysResponse);
}

export async function renamePasskey({ id }: Passkey, name: string): Promise<void> {
  await patch(`/account/passkeys/${id}`, { name } satisfies RenamePasskeyBody);
}

export async function removePasskey({ id }: Passkey): Promise<void> {
  await remove(`/account/passkeys/${id}`);
}

/** Replaces the previous code. */
export async function makeRecoveryCode(): Promise<string> {
  return (await post("/account/recovery-code", {}, RecoveryCodeResponse)).recovery_code;
}
