import { LoginError } from "../../../sdk/login-error.ts";
import { isTransientResult, resultOf } from "../result.ts";
import type { ScanResponse } from "../../../protocol/responses.ts";
import { byScanToken, scan, type Scanned } from "../sessions.ts";
import type { Account } from "../sign-in/account.ts";
import type { Step } from "../steps.ts";
import { deleteScan, loadScan, saveScan } from "./scan-storage.ts";

/**
 * Claims a login session for this phone and returns the next step. The server describes the request only
 * to a phone that is signed in.
 *
 * @throws {LoginError}
 */
export async function claimSession(
  account: Pick<Account, "forget" | "whoAmI" | "supported">,
  scanned: Scanned,
): Promise<Step> {
  const claim = withStoredToken(scanned);
  const outcome = await scanOrSameDevice(claim);
  if ("sameDevice" in outcome) return { to: "same-device", sessionId: outcome.sameDevice };
  saveScan(outcome, { sameDevice: isSameDeviceClaim(claim) });
  const { request } = outcome;
  if (request) return { to: "request", scan: { ...outcome, request } };
  account.forget();
  const { passkeys } = await account.whoAmI();
  if (!passkeys) return { to: "result", result: "ownApp" };
  return account.supported
    ? { to: "sign-in", scan: outcome }
    : { to: "result", result: "noPasskeys" };
}

/** The step after a failed claim. The stored scan is kept only if `retry` may still succeed. */
export function claimFailure(error: unknown, retry: Step): Step {
  const result = resultOf(error, navigator.onLine);
  if (isTransientResult(result)) return { to: "result", result, retry };
  deleteScan();
  return { to: "result", result };
}

/** A second scan of the same code would be refused, so a link that this tab has scanned uses the stored token. */
function withStoredToken(scanned: Scanned): Scanned {
  const stored = loadScan();
  if (scanned.by !== "link" || stored?.sessionId !== scanned.sessionId) return scanned;
  return { by: "scan_token", sessionId: stored.sessionId, scanToken: stored.scanToken };
}

/** `sameDevice`: the id of a session whose code this browser itself displays (RFC 10027 §5). */
async function scanOrSameDevice(scanned: Scanned): Promise<ScanResponse | { sameDevice: string }> {
  if (scanned.by === "user_code") {
    // The server detects the same browser by the session id, so a typed code takes a second request.
    return await scanOrSameDevice(byScanToken(await scan(scanned)));
  }
  try {
    return await scan(scanned);
  } catch (error) {
    if (!(error instanceof LoginError) || error.code !== "same_device") throw error;
    return { sameDevice: scanned.sessionId };
  }
}

/** A session that was claimed by the browser that displays its code, now or before a reload. */
function isSameDeviceClaim(scanned: Scanned): boolean {
  if (scanned.by === "same_device") return true;
  const stored = loadScan();
  return (
    scanned.by === "scan_token" && stored?.sessionId === scanned.sessionId && stored.sameDevice
  );
}
