import { decodeTrustedBase64url, encodeBase64url } from "../../lib/base64url.ts";

/**
 * The rotating code in the QR code proves that the QR code was seen just now.
 *
 * The screen and the server share a key from the creation of the session, and each computes the code by
 * itself. So a change of the code causes no traffic and wakes no object.
 */

/** Seconds that one code is shown. */
export const CODE_PERIOD = 5;

/** Bytes of the HMAC in the QR code: 96 bits keep it small and can't be guessed. */
const MAC_BYTES = 12;

export interface RotatingCode {
  /** The number of the period in which the code was shown. The first period is 0. */
  t: number;
  /** base64url of the first 12 bytes of HMAC-SHA256(key, "<session_id>.<t>"). */
  mac: string;
}

/** The current period, `elapsed` milliseconds after the session's creation. */
export function periodAt(elapsed: number): number {
  return Math.max(0, Math.floor(elapsed / (CODE_PERIOD * 1000)));
}

/**
 * Whether a code of period `t` is accepted `elapsed` milliseconds after the creation, by the server's
 * clock. The current code is, and the one before it: the screen starts to count later than the server,
 * by the time that the response took.
 */
export function isFresh(t: number, elapsed: number): boolean {
  const current = periodAt(elapsed);
  return t === current || t === current - 1;
}

/** The code of period `t`. `key` is base64url. */
export async function rotatingCode(
  key: string,
  sessionId: string,
  t: number,
): Promise<RotatingCode> {
  const algorithm = { name: "HMAC", hash: "SHA-256" };
  const bytes = decodeTrustedBase64url(key);
  const hmacKey = await crypto.subtle.importKey("raw", bytes, algorithm, false, ["sign"]);
  const message = new TextEncoder().encode(`${sessionId}.${t}`);
  const mac = new Uint8Array(await crypto.subtle.sign("HMAC", hmacKey, message));
  return { t, mac: encodeBase64url(mac.subarray(0, MAC_BYTES)) };
}

/** The link in the QR code. `prefix` is the session's `qr.prefix`. */
export function codeLink(prefix: string, code: RotatingCode): string {
  return `${prefix}.${code.t}.${code.mac}`;
}

/** Reads a link made by `codeLink`, or only its path. Undefined for anything else, as any QR code may be scanned. */
export function parseCodeLink(link: string): ({ sessionId: string } & RotatingCode) | undefined {
  const [, sessionId, t, mac] = /\/q\/([\w-]{43})\.(0|[1-9]\d{0,8})\.([\w-]{16})$/.exec(link) ?? [];
  if (sessionId === undefined || t === undefined || mac === undefined) return undefined;
  return { sessionId, t: Number(t), mac };
}
