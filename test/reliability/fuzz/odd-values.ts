import type { SeededRandom } from "../support/seeded-random.ts";

/** Strings that often break parsers, decoders and comparisons. */
export const ODD_STRINGS: readonly string[] = [
  "",
  " ",
  "\u0000",
  "a\u0000b",
  "\r\n",
  "\r\nSet-Cookie: a=b",
  // Lone surrogates, a byte order mark, right-to-left, combining, wide, and case that changes length.
  "\ud800",
  "a\udc00",
  "\ufeff",
  "\u202e",
  "e\u0301",
  "\u{1f600}",
  "İ",
  "ß",
  "\u00a0",
  "\u2028",
  "null",
  "undefined",
  "true",
  "0",
  "-1",
  "1e309",
  "NaN",
  "__proto__",
  "constructor",
  "toString",
  "%",
  "%00",
  "%zz",
  "%ff",
  "../../x",
  "/",
  "//",
  ".",
  "..",
  ".x.y",
  "a.b.c",
  "a.b.c.d",
  "*",
  "'\"<script>alert(1)</script>",
  "{}",
  "[]",
  "https://",
  "https://example.com",
  "https://a@b",
  "http://localhost:8787",
  "http://[::1",
  "javascript:alert(1)",
  "data:,",
  "urn:ietf:params:oauth:request_uri:",
  // Forms of base64 and base64url: padding, the other alphabet, impossible lengths, spare bits.
  "A",
  "AA",
  "AA=",
  "AA==",
  "====",
  "+/+/",
  "-_-_",
  "AAAA AAAA",
  "A".repeat(42),
  "A".repeat(43),
  `${"A".repeat(42)}B`,
  "A".repeat(44),
  "_".repeat(43),
  "=".repeat(43),
  "é".repeat(43),
  `${"A".repeat(43)}=`,
  `${"A".repeat(43)}.${"A".repeat(43)}`,
  // Invalid JWTs: no algorithm, no JSON, no object.
  "eyJhbGciOiJub25lIn0.e30.",
  "eyJhbGciOiJFUzI1NiJ9.bnVsbA.AAAA",
  "bnVsbA.bnVsbA.AAAA",
  "W10.W10.AAAA",
  "e30.e30.",
  // Values over the limits of a field, a header and a body.
  "a".repeat(256),
  "A".repeat(1365),
  "a".repeat(5000),
  "1".repeat(400),
  "a".repeat(9000),
  "a".repeat(17_000),
];

/** Values of unexpected types. */
const ODD_VALUES: readonly unknown[] = [
  null,
  true,
  false,
  0,
  -1,
  1.5,
  1e308,
  2 ** 53,
  -(2 ** 63),
  [],
  [[]],
  [null],
  [""],
  {},
  { a: 1 },
  { toString: 1 },
  { constructor: { prototype: {} } },
  { length: 1e9 },
];

export function oddString(random: SeededRandom): string {
  return random.pick(ODD_STRINGS);
}

export function oddValue(random: SeededRandom): unknown {
  if (random.chance(0.6)) return oddString(random);
  if (random.chance(0.05)) return nested(1 + random.below(2000), random.chance(0.5));
  return random.pick(ODD_VALUES);
}

/** Arrays or objects in each other, so many levels deep. */
function nested(depth: number, asObjects: boolean): unknown {
  let value: unknown = 0;
  for (let i = 0; i < depth; i += 1) value = asObjects ? { a: value } : [value];
  return value;
}

/** Headers that this server or a proxy may read, with odd values. */
const ODD_HEADERS: Readonly<Record<string, readonly string[]>> = {
  Authorization: [
    "",
    "Bearer",
    "Bearer ",
    "bearer x",
    "Bearer a b",
    "Bearer  ".concat("A".repeat(43)),
    `Bearer ${"A".repeat(43)}`,
    `Bearer ${"é".repeat(43)}`,
    "Bearer eyJhbGciOiJub25lIn0.e30.",
    "DPoP",
    "DPoP x",
    "DPoP eyJhbGciOiJFUzI1NiJ9.e30.AAAA",
    "Basic",
    "Basic ",
    "Basic =",
    "Basic Og==",
    "Basic c2hvcDo=",
    "Basic YmFja2VuZDol",
    "Basic /////w==",
    `Basic ${"QUFB".repeat(2000)}`,
    "Digest username=x",
  ],
  Cookie: [
    "",
    "=",
    ";",
    "__Host-watch_tokens=",
    "__Host-watch_tokens=x",
    "__Host-watch_tokens=%",
    "__Host-watch_tokens=~.~.~",
    `__Host-watch_tokens=${"A".repeat(43)}.${"A".repeat(43)}`,
    `__Host-watch_tokens=${"A".repeat(43)}.${"é".repeat(43)}`,
    `__Host-watch_tokens=${`${"A".repeat(43)}.${"=".repeat(43)}~`.repeat(90)}`,
    "__Host-phone=",
    "__Host-phone=a.b",
    `__Host-phone=pk_${"A".repeat(43)}.${"A".repeat(43)}`,
    `__Host-phone=pk_${"_".repeat(43)}.${"=".repeat(43)}`,
    "__Host-ceremony=",
    "__Host-ceremony=a.b.c",
    "__Host-ceremony=eyJhbGciOiJub25lIn0.e30.",
    "a=b; a=c; __proto__=d",
    "a".repeat(9000),
  ],
  Origin: [
    "",
    "null",
    "http://localhost:8787",
    "http://localhost:8787/",
    "https://shop.example",
    "x",
  ],
  "Content-Type": [
    "",
    "application/json",
    "application/json; charset=utf-16",
    "APPLICATION/JSON",
    "application/jsonx",
    "application/x-www-form-urlencoded",
    "application/x-www-form-urlencoded; charset=iso-8859-1",
    "multipart/form-data; boundary=x",
    "application/secevent+jwt",
    "text/plain",
    "text/html",
    'a/b; c="',
  ],
  "Content-Encoding": ["gzip", "br", "x"],
  "Content-Length": ["0", "-1", "99999999", "x"],
  "If-None-Match": ["", "*", "W/", '"', '"0"', '"99"', 'W/"1", "2"', "1".repeat(400)],
  Prefer: ["", "wait", "wait=", "wait=0", "wait=-1", "wait=99999", "wait=1e9", "wait=1;wait=2"],
  "Last-Event-ID": ["", "0", "-1", "1e309", "NaN", "99999999999999999999", "1,2", "é"],
  Upgrade: ["", "websocket", "WebSocket", "h2c", "websocket, x"],
  "Sec-WebSocket-Protocol": [
    "",
    ",",
    "qr-login.v1",
    "qr-login.v1,",
    "qr-login.v1, bearer.",
    "qr-login.v1, bearer.x",
    `qr-login.v1, bearer.${"A".repeat(43)}`,
    `qr-login.v1, bearer.${"=".repeat(43)}`,
    `qr-login.v1, bearer.${"A".repeat(9000)}`,
    "qr-login.v2",
  ],
  DPoP: ["", "x", "a.b.c", "eyJhbGciOiJub25lIn0.e30.", "e30.e30.e30", "a".repeat(5000)],
  Accept: ["", "*/*", "text/html", "application/json", "text/html;q=0", "a".repeat(2000)],
  "Accept-Language": ["", "de", "fr;q=0.5, de", "*", "x-klingon", "de;q=x", ",".repeat(500)],
  "User-Agent": ["", "x", "x/", "/1", "é", "Mozilla/5.0 (", "a".repeat(5000), "(".repeat(500)],
  "Sec-Fetch-Site": ["", "none", "cross-site", "same-origin", "same-site", "x"],
  "Sec-Fetch-Mode": ["navigate", "cors", "x"],
  "Sec-Purpose": ["prefetch", "prefetch;prerender", "x"],
  "CF-Connecting-IP": [
    "",
    "x",
    "::",
    "1.2.3.4",
    "2001:db8::1",
    "::ffff:1.2.3.4",
    "999.1.1.1",
    "1:2",
  ],
  "X-Forwarded-Host": ["evil.example"],
  "X-HTTP-Method-Override": ["DELETE"],
  "Access-Control-Request-Method": ["", "POST", "x"],
  "Access-Control-Request-Headers": ["", "authorization", "x".repeat(2000)],
};

export function oddHeader(random: SeededRandom): [name: string, value: string] {
  const name = random.pick(Object.keys(ODD_HEADERS));
  return [name, oddHeaderValue(name, random)];
}

export function oddHeaderValue(name: string, random: SeededRandom): string {
  const wanted = name.toLowerCase();
  const known = Object.keys(ODD_HEADERS).find((header) => header.toLowerCase() === wanted);
  const values = known === undefined ? undefined : ODD_HEADERS[known];
  return values && random.chance(0.8) ? random.pick(values) : oddString(random);
}

/** Mostly ASCII values, as the runtime logs each other one. */
export function mostlyAscii(value: string, random: SeededRandom): string {
  return random.chance(0.05) ? value : value.replaceAll(/[^\x20-\x7e]/g, "?");
}

export const ODD_METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "PURGE"];
