import * as v from "valibot";
import { SERVER } from "./texts/en/server.ts";

/**
 * The environment, read once and failing closed: a mistake is named, and nothing is served with
 * half a configuration. Each value may come as TOML from wrangler.toml or as JSON text (`--var`,
 * `.dev.vars`, a secret).
 */

/** An https origin, or http on this machine, without a path: RFC 8252 §7.3 on why loopback may. */
const Origin = v.pipe(
  v.string(),
  v.check(
    (text) => isSecureUrl(text) && new URL(text).origin === text,
    "must be an https origin like https://login.example.com (http only for localhost), without a path or a trailing slash",
  ),
);

/** RFC 9700 §2.1 and RFC 6749 §3.1.2: absolute, without a fragment, and not readable on the way. */
const RedirectUri = v.pipe(
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

const SecureUrl = v.pipe(
  v.string(),
  v.check(isSecureUrl, "must be an https URL (http only for localhost)"),
);

/** Where something is told: anywhere, or, begun with a slash, here. */
const ReceiverUri = v.pipe(
  v.string(),
  v.check(
    (text) => isSecureUrl(text) || isOwnPath(text),
    "must be an https URL (http only for localhost), or a path here like /callback",
  ),
);

const text = (max: number) =>
  v.pipe(
    v.string(),
    v.check(
      (value) => value.length > 0 && value.length <= max,
      `must be 1 to ${max} characters long`,
    ),
  );

const PublicJwk = v.pipe(
  v.looseObject({ kty: v.picklist(["EC", "RSA", "OKP"], "must be an asymmetric key") }),
  v.check((jwk) => !("d" in jwk), "must be a public key, without its private part"),
);

const Client = v.strictObject({
  client_id: v.pipe(
    v.string(),
    v.regex(/^[\w.~-]{1,100}$/, "must be 1 to 100 letters, digits or . _ ~ -"),
  ),
  /** What people are shown. */
  name: text(80),
  redirect_uris: v.optional(v.array(RedirectUri), []),
  /** Where the browser may go after a logout (OpenID Connect RP-Initiated Logout §3.1). */
  post_logout_redirect_uris: v.optional(v.array(RedirectUri), []),
  /** Origins whose pages may start and watch this client's logins. */
  allowed_origins: v.optional(v.array(Origin), []),
  /** Lowercase hexadecimal SHA-256 of the client's secret. */
  client_secret_sha256: v.exactOptional(
    v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/, "must be 64 lowercase hexadecimal digits")),
  ),
  /** The client's public keys, for private_key_jwt (OpenID Connect Core §9): where they are, or themselves. */
  jwks_uri: v.exactOptional(SecureUrl),
  jwks: v.exactOptional(v.object({ keys: v.pipe(v.array(PublicJwk), v.minLength(1)) })),
  /** Whether televisions and command lines may log in for this client (RFC 8628). */
  device_grant: v.optional(v.boolean(), true),
  /** Whether a device's link may hold the typed code already (RFC 8628 §3.3.1). */
  prefilled_user_code: v.optional(v.boolean(), true),
  /** Whether its tokens must be bound to a key (RFC 9449 §5.2). */
  dpop_bound_access_tokens: v.optional(v.boolean(), false),
  /** Where the end of each login is told (RFC 8935). A path is one of our own, wherever we are deployed. */
  callback_uri: v.exactOptional(ReceiverUri),
  /** Where the end of a login is told that was ended elsewhere (OpenID Connect Back-Channel Logout §2.2). */
  backchannel_logout_uri: v.exactOptional(SecureUrl),
});

/** A client proves itself in one way, or, as a public client, not at all. */
const ClientSchema = v.pipe(
  Client,
  v.check(
    (client) =>
      [client.client_secret_sha256, client.jwks, client.jwks_uri].filter(
        (proof) => proof !== undefined,
      ).length <= 1,
    "must have one of client_secret_sha256, jwks and jwks_uri at most",
  ),
);

export type Client = v.InferOutput<typeof ClientSchema>;

/** Whether a client has nothing to prove itself with (RFC 6749 §2.1): it is an app on a person's own device. */
export function isPublicClient(client: Client): boolean {
  return (
    client.client_secret_sha256 === undefined &&
    client.jwks === undefined &&
    client.jwks_uri === undefined
  );
}

/** The built-in client that a new phone asks as, to be let in by one that is signed in already. */
export const PHONE_CLIENT_ID = "phone";

/** Subjects of built-in accounts begin so, and no trusted issuer's may. */
export const ACCOUNT_SUBJECT_PREFIX = "pk_";

const TrustedIssuer = v.strictObject({
  /** Compared with `iss` to the letter. */
  issuer: SecureUrl,
  /** What `aud` must contain: the name under which the issuer knows us. */
  audience: text(200),
  jwks_uri: SecureUrl,
  /** Put before the issuer's `sub`; needed where several issuers are trusted, so that no two people share one. */
  subject_prefix: v.optional(
    v.pipe(
      v.string(),
      v.regex(/^[\x21-\x7e]{0,50}$/, "must be at most 50 printable ASCII characters"),
    ),
    "",
  ),
});

export type TrustedIssuer = v.InferOutput<typeof TrustedIssuer>;

const Apps = v.strictObject({
  /** Team id and bundle id: "ABCDE12345.com.example.app". */
  ios: v.optional(
    v.array(v.pipe(v.string(), v.regex(/^[A-Z0-9]{10}\.[\w.-]+$/, "must be TEAMID.bundle.id"))),
    [],
  ),
  android: v.optional(
    v.array(
      v.strictObject({
        package_name: v.pipe(v.string(), v.regex(/^[\w.]+$/, "must be a package name")),
        sha256_cert_fingerprints: v.pipe(
          v.array(
            v.pipe(
              v.string(),
              v.regex(
                /^([0-9A-F]{2}:){31}[0-9A-F]{2}$/,
                "must be 32 uppercase hexadecimal bytes, separated by colons",
              ),
            ),
          ),
          v.minLength(1),
        ),
      }),
    ),
    [],
  ),
});

const seconds = (min: number, max: number) =>
  v.pipe(
    v.number(),
    v.integer("must be whole seconds"),
    v.minValue(min, `must be at least ${min} seconds`),
    v.maxValue(max, `must be at most ${max} seconds`),
  );

/** Seconds. */
const DAY = 86_400;

const unique = <Item>(key: (item: Item) => string, what: string) =>
  v.check(
    (items: Item[]) => new Set(items.map(key)).size === items.length,
    `must not name a ${what} twice`,
  );

const ConfigSchema = v.object({
  ISSUER: Origin,
  /** ASVS 6.5.5: out-of-band requests live 10 minutes at most. */
  SESSION_TTL: v.optional(seconds(2, 600), 120),
  /** RFC 9700 §2.1.1 and OpenID practice: a code lives a minute at most. */
  CODE_TTL: v.optional(seconds(2, 60), 60),
  ACCESS_TOKEN_TTL: v.optional(seconds(30, 3600), 600),
  /** How long a refresh token may lie unused, and how long a login lasts at most. */
  REFRESH_TOKEN_TTL: v.optional(seconds(60, 366 * DAY), 14 * DAY),
  LOGIN_TTL: v.optional(seconds(3600, 366 * DAY), 90 * DAY),
  /** How long a screen that is logged in may be unused, and how long its owner is asked whether it is theirs. */
  DEVICE_IDLE_TTL: v.optional(seconds(3600, 366 * DAY), 30 * DAY),
  UNCONFIRMED_TTL: v.optional(seconds(0, 30 * DAY), DAY),
  /** Screens that one account is logged in on at a time. */
  MAX_DEVICES: v.optional(
    v.pipe(
      v.number(),
      v.integer("must be a whole number"),
      v.minValue(1, "must be at least 1"),
      v.maxValue(500, "must be at most 500"),
    ),
    50,
  ),
  /** How long an account remembers what happened to it. */
  HISTORY_TTL: v.optional(seconds(3600, 3650 * DAY), 90 * DAY),
  PASSKEYS: v.optional(v.picklist(["on", "off"], 'must be "on" or "off"'), "on"),
  CLIENTS: v.pipe(
    v.array(ClientSchema),
    v.minLength(1, "must name at least one client"),
    unique((client) => client.client_id, "client_id"),
    v.check(
      (clients) => clients.every((client) => client.client_id !== PHONE_CLIENT_ID),
      `must not use the client_id "${PHONE_CLIENT_ID}", which is built in`,
    ),
  ),
  ISSUERS: v.optional(
    v.pipe(
      v.array(TrustedIssuer),
      unique((issuer) => issuer.issuer, "issuer"),
      unique((issuer) => issuer.subject_prefix, "subject_prefix"),
      v.check(
        (issuers) =>
          issuers.every((issuer) => !issuer.subject_prefix.startsWith(ACCOUNT_SUBJECT_PREFIX)),
        `must not use a subject_prefix that begins with "${ACCOUNT_SUBJECT_PREFIX}"`,
      ),
    ),
    [],
  ),
  APPS: v.optional(Apps, {}),
});

/** The names of everything that is configured by a value, not by a binding. */
const NAMES = Object.keys(ConfigSchema.entries);

export interface Config {
  /** Our own origin, e.g. https://login.example.com. */
  issuer: string;
  /** Milliseconds. */
  sessionTtl: number;
  codeTtl: number;
  accessTokenTtl: number;
  refreshTokenTtl: number;
  loginTtl: number;
  deviceIdleTtl: number;
  unconfirmedTtl: number;
  historyTtl: number;
  maxDevices: number;
  passkeys: boolean;
  clients: ReadonlyMap<string, Client>;
  issuers: ReadonlyMap<string, TrustedIssuer>;
  apps: v.InferOutput<typeof Apps>;
}

/** The configuration is wrong. Each mistake says where and how, and holds no configured value. */
export class ConfigurationError extends Error {
  override name = "ConfigurationError";
  readonly mistakes: readonly string[];

  constructor(mistakes: readonly string[]) {
    super(mistakes.join("; "));
    this.mistakes = mistakes;
  }
}

/** Reads the environment. Throws a `ConfigurationError` that names every mistake. */
export function parseConfig(env: object): Config {
  const values = Object.fromEntries(
    NAMES.flatMap((name) => {
      const value: unknown = Reflect.get(env, name);
      return value === undefined ? [] : [[name, fromJsonText(value)]];
    }),
  );
  const result = v.safeParse(ConfigSchema, values);
  if (!result.success) throw new ConfigurationError(result.issues.map(describe));
  const read = result.output;
  return {
    issuer: read.ISSUER,
    sessionTtl: read.SESSION_TTL * 1000,
    codeTtl: read.CODE_TTL * 1000,
    accessTokenTtl: read.ACCESS_TOKEN_TTL * 1000,
    refreshTokenTtl: read.REFRESH_TOKEN_TTL * 1000,
    loginTtl: read.LOGIN_TTL * 1000,
    deviceIdleTtl: read.DEVICE_IDLE_TTL * 1000,
    unconfirmedTtl: read.UNCONFIRMED_TTL * 1000,
    maxDevices: read.MAX_DEVICES,
    historyTtl: read.HISTORY_TTL * 1000,
    passkeys: read.PASSKEYS === "on",
    clients: new Map(
      [...read.CLIENTS, ...(read.PASSKEYS === "on" ? [PHONE_CLIENT] : [])].map((client) => [
        client.client_id,
        resolved(client, read.ISSUER),
      ]),
    ),
    issuers: new Map(read.ISSUERS.map((issuer) => [issuer.issuer, issuer])),
    apps: read.APPS,
  };
}

const PHONE_CLIENT = v.parse(ClientSchema, {
  client_id: PHONE_CLIENT_ID,
  name: SERVER.anotherPhone,
  redirect_uris: [],
  device_grant: false,
});

/** A client whose addresses are all absolute. */
function resolved(client: Client, issuer: string): Client {
  const { callback_uri } = client;
  return callback_uri === undefined
    ? client
    : { ...client, callback_uri: new URL(callback_uri, issuer).href };
}

const parsed = new WeakMap<object, Config>();

/** The configuration of this environment, read at its first use. */
export function configOf(env: object): Config {
  const known = parsed.get(env);
  if (known) return known;
  const config = parseConfig(env);
  parsed.set(env, config);
  return config;
}

/** Text that is JSON stands for its value; any other text stands for itself. */
function fromJsonText(value: unknown): unknown {
  if (typeof value !== "string") return value;
  try {
    return JSON.parse(value);
  } catch {
    return value;
  }
}

function describe(issue: v.BaseIssue<unknown>): string {
  return `${v.getDotPath(issue)?.replaceAll(/\.(\d+)/g, "[$1]") ?? "?"} ${mistake(issue)}`;
}

function mistake(issue: v.BaseIssue<unknown>): string {
  if (issue.received === "undefined") return "is missing";
  if (issue.expected === "never") return "is not a known setting";
  if (typeof issue.input === "string" && /^\s*[[{]/.test(issue.input)) return "is not valid JSON";
  // What a schema says of a wrong type; everything else has a message of its own, made above.
  return issue.kind === "schema" && issue.type !== "picklist"
    ? `must be ${issue.expected ?? "something else"}`
    : issue.message;
}

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
