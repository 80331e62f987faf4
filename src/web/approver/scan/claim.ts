import { LoginError } from "../../../sdk/login-error.ts";
import { brand, busy } from "../../ui/components.ts";
import { PHONE } from "../../ui/texts.ts";
import { resultOf, isPassing } from "../result.ts";
import { deleteScan, saveScan, loadScan } from "./scan-storage.ts";
import type { Step, Phone } from "../steps.ts";
import { scan, type Scan, type Scanned } from "../sessions.ts";
import { untilVisible } from "../until-visible.ts";

/**
 * Claims a session for this phone: by a link that was followed, or by what an earlier scan gave. A page
 * that nobody sees yet, prerendered or in another tab, claims nothing.
 */
export async function claimStep(phone: Phone, scanned: Scanned): Promise<Step> {
  const { stage } = phone;
  stage.showSoon({
    name: "loading",
    title: PHONE.home.heading,
    content: [brand(), busy(PHONE.loading)],
  });
  await untilVisible();
  try {
    return await claimed(phone, scanned);
  } catch (error) {
    return endOfClaim(error, { to: "claim", scanned });
  }
}

/** A code that this very phone scanned before needs no second scan, which would come too late. */
function remembered(scanned: Scanned): Scanned {
  const kept = loadScan();
  if (scanned.by !== "link" || kept?.sessionId !== scanned.sessionId) return scanned;
  return { by: "scan_token", sessionId: kept.sessionId, scanToken: kept.scanToken };
}

/** The session's id alone, where it is this browser that shows the code (RFC 10027 §5). */
async function answerTo(scanned: Scanned): Promise<Scan | string> {
  if (scanned.by === "user_code") {
    // Whose browser it is comes out only when its session is known, and asked for again.
    const { session_id: sessionId, scan_token: scanToken } = await scan(scanned);
    return await answerTo({ by: "scan_token", sessionId, scanToken });
  }
  try {
    return await scan(scanned);
  } catch (error) {
    if (error instanceof LoginError && error.code === "same_device") return scanned.sessionId;
    throw error;
  }
}

/** What was claimed so stays so, when it is asked for again. */
function isOfThisBrowser(scanned: Scanned): boolean {
  if (scanned.by === "same_device") return true;
  const kept = loadScan();
  return scanned.by === "scan_token" && kept?.sessionId === scanned.sessionId && kept.sameDevice;
}

/** Scans it, and says what follows. Only who is signed in is told who asks. Throws a `LoginFailure`. */
export async function claimed({ account }: Phone, scanned: Scanned): Promise<Step> {
  const asked = remembered(scanned);
  const answer = await answerTo(asked);
  if (typeof answer === "string") return { to: "same-device", sessionId: answer };
  saveScan(answer, { sameDevice: isOfThisBrowser(asked) });
  const { request } = answer;
  if (request) return { to: "request", scan: { ...answer, request } };
  account.forget();
  const { passkeys } = await account.whoAmI();
  if (!passkeys) return { to: "end", end: "ownApp" };
  return account.supported ? { to: "sign-in", scan: answer } : { to: "end", end: "noPasskeys" };
}

export function endOfClaim(error: unknown, retry: Step): Step {
  const end = resultOf(error, navigator.onLine);
  if (isPassing(end)) return { to: "end", end, retry };
  deleteScan();
  return { to: "end", end };
}
