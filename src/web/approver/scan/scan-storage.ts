import * as v from "valibot";
import { Token256 } from "../../../protocol/random-token.ts";
import { serverNow } from "../api.ts";

/**
 * The scan that is not decided yet, kept for as long as this tab lives, so that a reload or a
 * sign-in in between doesn't cost it: the code on the screen works but once.
 */
const KeptScan = v.object({
  sessionId: Token256,
  scanToken: Token256,
  /** Milliseconds since the epoch, by the server's clock. */
  expiresAt: v.number(),
  /** The screen is another tab of this browser. */
  sameDevice: v.optional(v.boolean(), false),
});

type KeptScan = v.InferOutput<typeof KeptScan>;

const KEY = "scan";

export function saveScan(
  scan: { session_id: string; scan_token: string; expires_at: string },
  { sameDevice }: { sameDevice: boolean },
): void {
  const kept: KeptScan = {
    sessionId: scan.session_id,
    scanToken: scan.scan_token,
    expiresAt: Date.parse(scan.expires_at),
    sameDevice,
  };
  sessionStorage.setItem(KEY, JSON.stringify(kept));
}

export function loadScan(): KeptScan | undefined {
  const kept = sessionStorage.getItem(KEY);
  if (kept === null) return undefined;
  const scan = v.parse(KeptScan, JSON.parse(kept));
  return scan.expiresAt > serverNow() ? scan : undefined;
}

export function deleteScan(): void {
  sessionStorage.removeItem(KEY);
}
