import * as v from "valibot";

/** An https origin, or http for a loopback host (RFC 8252 §7.3). */
export const Origin = v.pipe(
  v.string(),
  v.check(
    isOrigin,
    "must be an https origin like https://login.example.com (http only for localhost), without a path or a trailing slash",
  ),
);

/** Schemes that are no app's own: other checks allow some of them, and the rest have no origin that means anything. */
const NO_APP_SCHEMES =
  /^(https?|wss?|ftp|file|filesystem|data|blob|about|javascript|vbscript|view-source|null):/;

/**
 * The origin of a client's page: as above; or of an app that shows its own files, such as `capacitor://localhost`,
 * `tauri://localhost` or `chrome-extension://<id>`. A page with the
 * origin `null` or `file://` could be anybody's.
 */
export const ClientOrigin = v.pipe(
  v.string(),
  v.check(
    (text) => isOrigin(text) || text === TAURI_ON_WINDOWS || isAppOrigin(text),
    "must be an https origin like https://shop.example.com (http only for localhost) or an app's origin like capacitor://localhost, without a path or a trailing slash",
  ),
);

/** Its app resolves the name itself, and names below localhost never leave the machine (RFC 6761 §6.3). */
const TAURI_ON_WINDOWS = "http://tauri.localhost";

function isOrigin(text: string): boolean {
  return isSecureUrl(text) && new URL(text).origin === text;
}

function isAppOrigin(text: string): boolean {
  return /^[a-z][a-z0-9+.-]*:\/\/[\w.-]+(:\d{1,5})?$/.test(text) && !NO_APP_SCHEMES.test(text);
}

/** RFC 9700 §2.1 and RFC 6749 §3.1.2: absolute, without a fragment, and encrypted. */
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

/** RFC 8707 §2: absolute and without a fragment. */
export const ResourceUri = v.pipe(
  v.string(),
  v.maxLength(200, "must be at most 200 characters long"),
  v.check(
    (text) => isAbsolute(text) && !text.includes("#") && /^[\x21-\x7e]+$/.test(text),
    "must be an absolute URI without a fragment",
  ),
);

export const SecureUrl = v.pipe(
  v.string(),
  v.check(isSecureUrl, "must be an https URL (http only for localhost)"),
);

/** The URL of a receiver, or a path of this server. */
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

/** A path that resolves to our own origin, without a fragment. */
function isOwnPath(text: string): boolean {
  const origin = "https://origin.example";
  return (
    text.startsWith("/") &&
    URL.canParse(text, origin) &&
    new URL(text, origin).href === origin + text &&
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
