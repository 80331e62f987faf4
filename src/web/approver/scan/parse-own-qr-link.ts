import { parseCodeLink } from "../../../login-session/domain/rotating-code.ts";

/** Parses the text of a QR code. Undefined unless it is a login code of this site. */
export function parseOwnQrLink(text: string, origin: string): ReturnType<typeof parseCodeLink> {
  return text.startsWith(`${origin}/q/`) ? parseCodeLink(text) : undefined;
}
