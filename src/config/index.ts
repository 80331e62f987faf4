import * as v from "valibot";
import { builtInClients, isBuiltInClient } from "./built-in-clients.ts";
import { ClientSchema, type Client } from "./client.ts";
import { TrustedIssuer } from "./trusted-issuer.ts";
import { Origin, seconds } from "./validators.ts";

export { PHONE_CLIENT_ID } from "./linked-phone-client.ts";
export { BUILT_IN_SCOPE, isBuiltInClient } from "./built-in-clients.ts";
export { COMPARE_CLIENT_ID } from "./comparison-client.ts";
export { isPublicClient, mustPush, type Client } from "./client.ts";
export { sessionLifetime } from "./session-lifetime.ts";
export { policyOf } from "./client-policy.ts";
export type { TrustedIssuer } from "./trusted-issuer.ts";

/** The prefix of the subjects of built-in accounts. No trusted issuer's subjects may have it. */
export const ACCOUNT_SUBJECT_PREFIX = "pk_";

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

/** Seconds. */
const DAY = 86_400;

/** The longest LOGIN_TTL that can be configured, in milliseconds. */
export const MAX_LOGIN_TTL = 366 * DAY * 1000;

/** A host, `*.` and a host for its subdomains, or the origin of a receiver on this machine. */
const PushService = v.pipe(
  v.string(),
  v.regex(
    /^((\*\.)?[a-z0-9-]+(\.[a-z0-9-]+)+|http:\/\/(localhost|127\.0\.0\.1|\[::1\]):\d{1,5})$/,
    "must be a host like push.example.com or *.push.example.com, or http://localhost:<port>",
  ),
);

/** The push services of Chromium browsers, Firefox, Edge and Safari. */
const PUSH_SERVICES = [
  "fcm.googleapis.com",
  "*.push.services.mozilla.com",
  "*.notify.windows.com",
  "web.push.apple.com",
];

const unique = <Item>(key: (item: Item) => string, what: string) =>
  v.check(
    (items: Item[]) => new Set(items.map(key)).size === items.length,
    `must not name a ${what} twice`,
  );

const ConfigSchema = v.object({
  ISSUER: Origin,
  /** ASVS 6.5.5: at most 10 minutes for an out-of-band request. */
  SESSION_TTL: v.optional(seconds(2, 600), 120),
  /** Lifetime of a device's login (RFC 8628 §3.2). Longer, since its owner may have to sign in or create an account. */
  DEVICE_TTL: v.optional(seconds(2, 1800), 600),
  /** Lifetime of an authorization code. */
  CODE_TTL: v.optional(seconds(2, 60), 60),
  ACCESS_TOKEN_TTL: v.optional(seconds(30, 3600), 600),
  /** A refresh token expires when it is unused for this time. */
  REFRESH_TOKEN_TTL: v.optional(seconds(60, 366 * DAY), 14 * DAY),
  /** The longest duration of a login. */
  LOGIN_TTL: v.optional(seconds(3600, MAX_LOGIN_TTL / 1000), 90 * DAY),
  /** For this time a replaced refresh token gets the same successor again. */
  REFRESH_RETRY: v.optional(seconds(0, 60), 30),
  /** A login ends when its screen is unused for this time. */
  DEVICE_IDLE_TTL: v.optional(seconds(3600, 366 * DAY), 30 * DAY),
  /** A new phone is unconfirmed for this time. */
  UNCONFIRMED_TTL: v.optional(seconds(0, 30 * DAY), DAY),
  /** The longest duration of single sign-on in one browser: then its person needs the phone again. */
  SSO_TTL: v.optional(seconds(60, 30 * DAY), DAY / 2),
  /** Single sign-on in a browser ends when it is unused for this time. */
  SSO_IDLE_TTL: v.optional(seconds(60, 30 * DAY), 3600),
  /** The most logins of one account at a time. */
  MAX_DEVICES: v.optional(
    v.pipe(
      v.number(),
      v.integer("must be a whole number"),
      v.minValue(1, "must be at least 1"),
      v.maxValue(500, "must be at most 500"),
    ),
    50,
  ),
  /** How long an account keeps its audit log. */
  HISTORY_TTL: v.optional(seconds(3600, 3650 * DAY), 90 * DAY),
  PASSKEYS: v.optional(v.picklist(["on", "off"], 'must be "on" or "off"'), "on"),
  /** Whether /compare is served. */
  COMPARE: v.optional(v.picklist(["on", "off"], 'must be "on" or "off"'), "off"),
  CLIENTS: v.pipe(
    v.array(ClientSchema),
    v.minLength(1, "must name at least one client"),
    unique((client) => client.client_id, "client_id"),
    v.check(
      (clients) => !clients.some(isBuiltInClient),
      ({ input }) =>
        `must not name a client "${input.find(isBuiltInClient)?.client_id}", which is built in`,
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
  /** The only hosts that push messages are sent to. */
  PUSH_SERVICES: v.optional(v.array(PushService), PUSH_SERVICES),
  /** How much of a user's location the operator's events may contain. */
  EVENT_DETAIL: v.optional(
    v.picklist(["none", "country", "network"], 'must be "none", "country" or "network"'),
    "country",
  ),
});

/** The names of the settings, without the bindings. */
const NAMES = Object.keys(ConfigSchema.entries);

export interface Config {
  /** This server's origin, such as https://login.example.com. */
  issuer: string;
  /** Milliseconds. */
  sessionTtl: number;
  deviceTtl: number;
  codeTtl: number;
  accessTokenTtl: number;
  refreshTokenTtl: number;
  refreshRetry: number;
  loginTtl: number;
  deviceIdleTtl: number;
  unconfirmedTtl: number;
  historyTtl: number;
  ssoTtl: number;
  ssoIdleTtl: number;
  maxDevices: number;
  passkeys: boolean;
  compare: boolean;
  clients: ReadonlyMap<string, Client>;
  issuers: ReadonlyMap<string, TrustedIssuer>;
  apps: v.InferOutput<typeof Apps>;
  pushServices: readonly string[];
  eventDetail: "none" | "country" | "network";
}

/** The configuration is invalid. No message contains a configured value. */
export class ConfigurationError extends Error {
  override name = "ConfigurationError";
  readonly mistakes: readonly string[];

  constructor(mistakes: readonly string[]) {
    super(mistakes.join("; "));
    this.mistakes = mistakes;
  }
}

/**
 * Validates the environment. Throws a `ConfigurationError` that names every mistake. A value may be
 * TOML (wrangler.toml) or JSON text (`--var`, `.dev.vars`, a secret).
 */
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
  const passkeys = read.PASSKEYS === "on";
  const compare = read.COMPARE === "on";
  return {
    issuer: read.ISSUER,
    sessionTtl: read.SESSION_TTL * 1000,
    deviceTtl: read.DEVICE_TTL * 1000,
    codeTtl: read.CODE_TTL * 1000,
    accessTokenTtl: read.ACCESS_TOKEN_TTL * 1000,
    refreshTokenTtl: read.REFRESH_TOKEN_TTL * 1000,
    refreshRetry: read.REFRESH_RETRY * 1000,
    loginTtl: read.LOGIN_TTL * 1000,
    deviceIdleTtl: read.DEVICE_IDLE_TTL * 1000,
    unconfirmedTtl: read.UNCONFIRMED_TTL * 1000,
    ssoTtl: read.SSO_TTL * 1000,
    ssoIdleTtl: read.SSO_IDLE_TTL * 1000,
    maxDevices: read.MAX_DEVICES,
    historyTtl: read.HISTORY_TTL * 1000,
    passkeys,
    compare,
    clients: new Map(
      [...read.CLIENTS, ...builtInClients({ passkeys, compare })].map((client) => [
        client.client_id,
        resolveUrls(client, read.ISSUER),
      ]),
    ),
    issuers: new Map(read.ISSUERS.map((issuer) => [issuer.issuer, issuer])),
    apps: read.APPS,
    pushServices: read.PUSH_SERVICES,
    eventDetail: read.EVENT_DETAIL,
  };
}

/** Makes the client's URLs absolute. */
function resolveUrls(client: Client, issuer: string): Client {
  const { callback_uri } = client;
  return callback_uri === undefined
    ? client
    : { ...client, callback_uri: new URL(callback_uri, issuer).href };
}

const parsed = new WeakMap<object, Config>();

/** The configuration of an environment, parsed once. */
export function configOf(env: object): Config {
  const known = parsed.get(env);
  if (known) return known;
  const config = parseConfig(env);
  parsed.set(env, config);
  return config;
}

/** Parses a text as JSON. A text that is not JSON stays a text. */
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
  // The default message for a wrong type; all other checks above have their own messages.
  return issue.kind === "schema" && issue.type !== "picklist"
    ? `must be ${issue.expected ?? "something else"}`
    : issue.message;
}
