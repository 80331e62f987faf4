/**
 * Security headers. The Worker sets them on its responses, and the build writes them into
 * `_headers` for the static files, which are served without the Worker.
 */

/** Allows only our own scripts, styles and images. */
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
  // The only policy allows the URL of the service worker (web/approver/push/trusted-types.ts).
  "trusted-types": "service-worker",
};

/** Disabled for the pages and for embedded content. */
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

/** The policy, with some directives replaced. */
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

/** The policy of responses that are not pages. */
const DENY_ALL = "default-src 'none'; frame-ancestors 'none'";

/**
 * The headers of responses that are not pages: nothing in them runs, and no other site may frame or
 * embed them.
 */
export const DATA_HEADERS: Readonly<Record<string, string>> = {
  "Content-Security-Policy": DENY_ALL,
  "Cross-Origin-Resource-Policy": "same-origin",
  "Referrer-Policy": "no-referrer",
  "Strict-Transport-Security": STRICT_TRANSPORT_SECURITY,
  "X-Content-Type-Options": "nosniff",
};

/**
 * Static files with other headers: other sites import the SDK, and the names of built files change
 * with their content, so browsers may cache them forever.
 */
export const HEADER_EXCEPTIONS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  "/sdk.js": {
    "Access-Control-Allow-Origin": "*",
    "Cross-Origin-Resource-Policy": "cross-origin",
  },
  "/built/*": {
    "Cache-Control": "public, max-age=31536000, immutable",
    "Content-Security-Policy": DENY_ALL,
  },
  "/icon.svg": { "Cache-Control": "public, max-age=604800", "Content-Security-Policy": DENY_ALL },
};

/**
 * The text of a `_headers` file. An exception comes after the rule for all paths, and a repeated
 * header would be appended, so it is removed first (`! Name`).
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
    const replaced = Object.keys(headers).filter((name) => name in everywhere);
    return rule(
      path,
      headers,
      replaced.map((name) => `  ! ${name}`),
    );
  });
  return [rule("/*", everywhere), ...rules].join("\n\n") + "\n";
}
