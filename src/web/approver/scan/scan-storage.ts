import * as v from "valibot";
import { Token256 } from "../../../protocol/random-token.ts";
import { parseJson } from "../../../sdk/request.ts";
import { serverNow } from "../api.ts";

/**
 * The undecided scan, kept in `sessionStorage` so that a reload or a sign-in doesn't lose it: the code
 * can't be scanned a second time. Other tabs don't see it.
 */
const StoredScan = v.object({
  sessionId: Token256,
  scanToken: Token256,
  /** Milliseconds since the epoch, by the server's clock. */
  expiresAt: v.number(),
  /** Whether another tab of this browser displays the code. */
  sameDevice: v.optional(v.boolean(), false),
});

type StoredScan = v.InferOutput<typeof StoredScan>;

const KEY = "scan";

export function saveScan(
  scan: { session_id: string; scan_token: string; expires_at: string },
  { sameDevice }: { sameDevice: boolean },
): void {
  const stored: StoredScan = {
    sessionId: scan.session_id,
    scanToken: scan.scan_token,
    expiresAt: Date.parse(scan.expires_at),
    sameDevice,
  };
  sessionStorage.setItem(KEY, JSON.stringify(stored));
}

/** Undefined if there is none, it has expired, or an earlier version of the page stored it differently. */
export function loadScan(): StoredScan | undefined {
  const stored = v.safeParse(StoredScan, parseJson(sessionStorage.getItem(KEY) ?? ""));
  return stored.success && stored.output.expiresAt > serverNow() ? stored.output : undefined;
}

export function deleteScan(): void {
  sessionStorage.removeItem(KEY);
}
