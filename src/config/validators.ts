import * as v from "valibot";

/** What settings are made of: addresses that are safe to send somebody to, texts, times. */

/** An https origin, or http on this machine, without a path: RFC 8252 §7.3 on why loopback may. */
export const Origin = v.pipe(
  v.string(),
  v.check(
    (text) => isSecureUrl(text) && new URL(text).origin === text,
    "must be an https origin like https://login.example.com (http only for localhost), without a path or a trailing slash",
  ),
);

/** RFC 9700 §2.1 and RFC 6749 §3.1.2: absolute, without a fragment, and not readable on the way. */
export const RedirectUri = v.pipe(
  v.string(),
  v.check(
    (text) => isAbsolute(text) && !text.includes("#"),
    "must be an absolute URI without a fragment",
  ),
  v.check(
    (text) => !text.startsWith("http:") || isSecureUrl(text),
    "must be https (http only for localhost)",
  ),
  v.check(
    (text) => !/^(javascript|data|file|blob|vbscript|about):/i.test(text),
    "must not be a scheme that a browser runs or reads by itself",
  ),
);

export const SecureUrl = v.pipe(
  v.string(),
  v.check(isSecureUrl, "must be an https URL (http only for localhost)"),
);

/** Where something is told: anywhere, or, begun with a slash, here. */
export const ReceiverUri = v.pipe(
  v.string(),
  v.check(
    (text) => isSecureUrl(text) || isOwnPath(text),
    "must be an https URL (http only for localhost), or a path here like /callback",
  ),
);

export const text = (max: number) =>
  v.pipe(
    v.string(),
    v.check(
      (value) => value.length > 0 && value.length <= max,
      `must be 1 to ${max} characters long`,
    ),
  );

export const seconds = (min: number, max: number) =>
  v.pipe(
    v.number(),
    v.integer("must be whole seconds"),
    v.minValue(min, `must be at least ${min} seconds`),
    v.maxValue(max, `must be at most ${max} seconds`),
  );

function isAbsolute(text: string): boolean {
  return URL.canParse(text) && /^[a-z][a-z0-9+.-]*:/i.test(text);
}

/** A path that stays here, whoever we are: no other host, and nothing that only a browser would read. */
function isOwnPath(text: string): boolean {
  const here = "https://here.example";
  return (
    text.startsWith("/") &&
    URL.canParse(text, here) &&
    new URL(text, here).href === here + text &&
    !text.includes("#")
  );
}

function isSecureUrl(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const url = new URL(text);
  if (url.username || url.password || url.hash) return false;
  return (
    url.protocol === "https:" ||
    (url.protocol === "http:" && ["localhost", "127.0.0.1", "[::1]"].includes(url.hostname))
  );
}
