import { err, ok } from "../../lib/result.ts";
import type { AuthenticatedUser } from "../domain/authenticated-user.ts";
import type { LoginResult } from "../domain/errors.ts";
import type { Session } from "../domain/session.ts";
import { scanView } from "../domain/view.ts";

export type ScanResult = LoginResult<ReturnType<typeof scanView>>;

/** The response to a phone that has scanned: what `account` may see of the session. */
export function scanResult(
  result: LoginResult<Session>,
  scanToken: string,
  account: AuthenticatedUser | undefined,
): ScanResult {
  if (!result.ok) return result;
  if (result.value.status !== "scanned") return err("not_scanned");
  return ok(scanView(result.value, scanToken, account, Date.now()));
}
