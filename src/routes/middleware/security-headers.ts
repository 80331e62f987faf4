/**
 * The headers that protect the pages, from one source: the Worker sets them on what it answers, and
 * the build writes them into `_headers` for the files, which the Worker never sees.
 */

/** Nothing is allowed but what the pages are made of: their own scripts, styles and images. */
const CONTENT_SECURITY_POLICY = {
  "default-src": "'none'",
  "script-src": "'self'",
  "style-src": "'self'",
  "img-src": "'self'",
  // 'self' covers the WebSocket of the same host as well (CSP Level 3 §6.7.2.8).
  "connect-src": "'self'",
  "manifest-src": "'self'",
  "worker-src": "'self'",
  "base-uri": "'none'",
  "form-action": "'none'",
  "frame-ancestors": "'none'",
  "require-trusted-types-for": "'script'",
  // The one policy there is lets through the address of the service worker, and nothing else (phone/script-url.ts).
  "trusted-types": "service-worker",
};

/** Off for the pages and for whatever they might come to hold. */
const FEATURES_OFF = [
  "accelerometer",
  "display-capture",
  "encrypted-media",
  "fullscreen",
  "geolocation",
  "gyroscope",
  "hid",
  "magnetometer",
  "microphone",
  "midi",
  "payment",
  "picture-in-picture",
  "screen-wake-lock",
  "serial",
  "usb",
  "xr-spatial-tracking",
];

/** The phone page scans, and signs in by passkey. */
const FEATURES_ON = ["camera", "publickey-credentials-create", "publickey-credentials-get"];

/** The policy, with other sources for some of its directives. */
export function contentSecurityPolicy(
  changed: Partial<Record<keyof typeof CONTENT_SECURITY_POLICY, string>> = {},
): string {
  return Object.entries({ ...CONTENT_SECURITY_POLICY, ...changed })
    .map(([directive, sources]) => `${directive} ${sources}`)
    .join("; ");
}

const STRICT_TRANSPORT_SECURITY = "max-age=63072000; includeSubDomains";

export const SECURITY_HEADERS: Readonly<Record<string, string>> = {
  "Content-Security-Policy": contentSecurityPolicy(),
  "Cross-Origin-Opener-Policy": "same-origin",
  "Cross-Origin-Resource-Policy": "same-origin",
  "Permissions-Policy": [
    ...FEATURES_ON.map((feature) => `${feature}=(self)`),
    ...FEATURES_OFF.map((feature) => `${feature}=()`),
  ].join(", "),
  "Referrer-Policy": "no-referrer",
  "Strict-Transport-Security": STRICT_TRANSPORT_SECURITY,
  "X-Content-Type-Options": "nosniff",
  "X-Frame-Options": "DENY",
};

/** The policy of what is no page. */
const NOTHING = "default-src 'none'; frame-ancestors 'none'";

/**
 * What protects an answer that is no page: nothing of it runs, is framed or is embedded, and it has no
 * features to be switched off. Each login is a handful of such answers, so it is what they need, and no more.
 */
export const DATA_HEADERS: Readonly<Record<string, string>> = {
  "Content-Security-Policy": NOTHING,
  "Cross-Origin-Resource-Policy": "same-origin",
  "Referrer-Policy": "no-referrer",
  "Strict-Transport-Security": STRICT_TRANSPORT_SECURITY,
  "X-Content-Type-Options": "nosniff",
};

/**
 * What is different for a path: other sites import the SDK, which holds nothing of anyone; what was
 * built has another name as soon as it has another content. What a page is made of is no page itself,
 * so it carries no page's policy on its way.
 */
export const HEADER_EXCEPTIONS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  "/sdk.js": {
    "Access-Control-Allow-Origin": "*",
    "Cross-Origin-Resource-Policy": "cross-origin",
  },
  "/built/*": {
    "Cache-Control": "public, max-age=31536000, immutable",
    "Content-Security-Policy": NOTHING,
  },
  "/icon.svg": { "Cache-Control": "public, max-age=604800", "Content-Security-Policy": NOTHING },
};

/**
 * The text of a `_headers` file. A path's exceptions come after the rule for everything, where
 * setting a header a second time would add to the first value, so that one is taken off before.
 */
export function headersFile(
  everywhere: Readonly<Record<string, string>>,
  exceptions: Readonly<Record<string, Readonly<Record<string, string>>>>,
): string {
  const rule = (path: string, headers: Readonly<Record<string, string>>, lines: string[] = []) =>
    [path, ...lines, ...Object.entries(headers).map(([name, value]) => `  ${name}: ${value}`)].join(
      "\n",
    );
  const rules = Object.entries(exceptions).map(([path, headers]) => {
    const taken = Object.keys(headers).filter((name) => name in everywhere);
    return rule(
      path,
      headers,
      taken.map((name) => `  ! ${name}`),
    );
  });
  return [rule("/*", everywhere), ...rules].join("\n\n") + "\n";
}
