import * as v from "valibot";
import { MatchCode, MatchDigits } from "./match-code.ts";
import { Token256 } from "./random-token.ts";
import { AssertionResponse } from "./webauthn.ts";

/** The bodies of the session API's requests. Unknown members are refused. */

/** Lone surrogates are refused, because UTF-8 can't encode them. */
const shortText = (length: number) =>
  v.pipe(
    v.string(),
    v.minLength(1),
    v.maxLength(length),
    v.check((text) => text.isWellFormed(), "must be well-formed Unicode"),
  );

/** Maximum length of `state`. Some sites store much of the visitor's session in it. */
export const MAX_STATE = 4000;

/** `POST /sessions`: the parameters of an authorization request that a login session needs. */
export const CreateSessionBody = v.strictObject({
  client_id: shortText(100),
  /** May be missing only for a client with `pkce = "optional"`. */
  code_challenge: v.exactOptional(Token256),
  code_challenge_method: v.exactOptional(v.literal("S256")),
  scope: v.optional(shortText(4000), "openid"),
  nonce: v.exactOptional(shortText(255)),
  redirect_uri: v.exactOptional(shortText(2000)),
  /** How the browser goes back to `redirect_uri`. */
  response_mode: v.optional(v.picklist(["query", "fragment", "form_post"]), "query"),
  state: v.exactOptional(shortText(MAX_STATE)),
  /** How many seconds ago the approver may have signed in at most (OpenID Connect Core §3.1.2.1). */
  max_age: v.exactOptional(v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(999_999_999))),
  /** An ID token of this server. Only its account may approve. */
  id_token_hint: v.exactOptional(shortText(8192)),
  /** False if the screen needs no typed code yet. It can request one later. */
  user_code: v.exactOptional(v.boolean()),
  /** Thumbprint of the only key whose holder may redeem the code (RFC 9449 §10). */
  dpop_jkt: v.exactOptional(Token256),
  /** JSON (OpenID Connect Core §5.5). */
  claims: v.exactOptional(shortText(4000)),
  /** What access tokens are to be for (RFC 8707 §2). */
  resource: v.exactOptional(v.pipe(v.array(shortText(201)), v.maxLength(10))),
});

export type CreateSessionBody = v.InferInput<typeof CreateSessionBody>;

/** The validated body, with its defaults. */
export type LoginParameters = v.InferOutput<typeof CreateSessionBody>;

/**
 * The scan token, if the phone creates it itself: 32 random bytes in base64url. Then it can repeat a scan
 * whose response was lost.
 */
const newScanToken = { new_scan_token: v.exactOptional(Token256) };

const RotatingCodeBody = v.strictObject({
  t: v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(999_999_999)),
  mac: v.pipe(v.string(), v.regex(/^[\w-]{16}$/, "must be 16 characters of base64url")),
  ...newScanToken,
});

const ScanTokenBody = v.strictObject({ scan_token: Token256 });

/** The screen's own browser asks to be logged in directly. */
const SameDeviceBody = v.strictObject({ same_device: v.literal(true) });

/** `POST /sessions/:id/scan`: claims a session by its rotating code, or views it again. */
export const ScanBody = v.union(
  [RotatingCodeBody, ScanTokenBody, SameDeviceBody],
  "must be { t, mac, new_scan_token? }, { scan_token } or { same_device: true }",
);

/** `POST /sessions/scan`. */
export const UserCodeBody = v.strictObject({ user_code: shortText(40), ...newScanToken });

/** `POST /sessions/:id/deny`. */
export const DenialBody = ScanTokenBody;

/** `POST /sessions/:id/step-up`. */
export const StepUpBody = ScanTokenBody;

/** `POST /sessions/:id/approve`. */
export const ApprovalBody = v.strictObject({
  scan_token: Token256,
  /** The two digits that the screen shows. */
  match: v.exactOptional(MatchDigits),
  /** The passkey's response to the options of a step-up. */
  assertion: v.exactOptional(AssertionResponse),
});

/** `POST /sessions/:id/keep`: whether the browser stays logged in after an approval. */
export const KeepBody = v.strictObject({ keep: v.boolean() });

/** `POST /sessions/:id/match`: the code that the phone shows. */
export const MatchBody = v.strictObject({ code: MatchCode });
