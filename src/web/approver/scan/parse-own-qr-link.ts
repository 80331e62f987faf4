import { parseCodeLink } from "../../../login-session/domain/rotating-code.ts";

/** What a QR code says, if it is a login code of this very site: anything may be printed on one. */
export function parseOwnQrLink(text: string, origin: string): ReturnType<typeof parseCodeLink> {
  return text.startsWith(`${origin}/q/`) ? parseCodeLink(text) : undefined;
}
