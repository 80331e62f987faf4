import type {
  AuthenticationResponseJSON,
  PublicKeyCredentialRequestOptionsJSON,
} from "@simplewebauthn/browser";
import * as v from "valibot";
import { encodeBase64url } from "../../lib/base64url.ts";
import { Token256 } from "../../protocol/random-token.ts";
import { LoginError } from "../../sdk/login-error.ts";
import { withRetries } from "../../sdk/retry.ts";
import { post, postOnce } from "./api.ts";
import { Risk } from "./request/risk.ts";

/** What the phone asks of a login session. */

const text = v.optional(v.string());

/** Where something is, as far as its network tells. */
const Place = v.object({
  city: text,
  country: text,
  latitude: v.optional(v.number()),
  longitude: v.optional(v.number()),
});

export type Place = v.InferOutput<typeof Place>;

/** What shows that the two devices are side by side (RFC 10027 §6.1.16). */
const Match = v.variant("by", [
  /** The phone's owner types here what the screen shows. */
  v.object({ by: v.literal("phone") }),
  /** Who is before the screen types there what the phone shows. */
  v.object({ by: v.literal("screen"), code: v.string(), done: v.boolean() }),
]);

export type Match = v.InferOutput<typeof Match>;

/** What the server saw of the screen. */
const Screen = v.object({
  ...Place.entries,
  browser: text,
  system: text,
  ip: text,
  asn: v.optional(v.number()),
  network: text,
  region: text,
  requested_at: v.string(),
  /** There where a device asks that has no browser of its own. */
  grant: v.optional(v.literal("device_code")),
});

export type Screen = v.InferOutput<typeof Screen>;

/** What an approval gives, and for how long (OpenID Connect Core §3.1.2.4). */
const Consent = v.object({
  access: v.picklist(["login", "offline_access", "account", "none"]),
  claims: v.array(v.picklist(["sub", "name", "email"])),
  /** Seconds. */
  expires_in: v.optional(v.number()),
});

export type Consent = v.InferOutput<typeof Consent>;

/** Who asks, what the server thinks of it, and what an approval takes. */
const Request = v.object({
  ...Screen.entries,
  /** Missing where the session was begun just before this page was deployed. */
  consent: v.optional(Consent),
  risk: Risk,
  /** The phone's own place. */
  phone: Place,
  match: v.optional(Match),
  /** An approval takes the passkey once more. */
  step_up: v.optional(v.boolean(), false),
  /** How often the code was scanned again, by somebody. */
  repeats: v.number(),
});

export type Request = v.InferOutput<typeof Request>;

const Scan = v.object({
  session_id: Token256,
  scan_token: Token256,
  client: v.object({ client_id: v.string(), name: v.string() }),
  expires_at: v.string(),
  request: v.optional(Request),
});

/** A `ScanAnswer`, as far as it is used here. */
export type Scan = v.InferOutput<typeof Scan>;

/** What was scanned: a rotating code, a typed code, what an earlier scan gave, or what this browser itself shows. */
export type Scanned =
  | { by: "link"; sessionId: string; t: number; mac: string }
  | { by: "user_code"; userCode: string }
  | { by: "scan_token"; sessionId: string; scanToken: string }
  | { by: "same_device"; sessionId: string };

/** What this page holds a session by, for each code: with it, a scan whose answer was lost is made again. */
const scanTokens = new Map<string, string>();

function scanTokenFor(code: string): string {
  const token = scanTokens.get(code) ?? encodeBase64url(crypto.getRandomValues(new Uint8Array(32)));
  scanTokens.set(code, token);
  return token;
}

export function scan(scanned: Scanned): Promise<Scan> {
  if (scanned.by === "user_code") {
    const { userCode } = scanned;
    const body = { user_code: userCode, new_scan_token: scanTokenFor(userCode) };
    return post("/sessions/scan", body, Scan);
  }
  const path = `/sessions/${scanned.sessionId}/scan`;
  switch (scanned.by) {
    case "link":
      return post(
        path,
        { t: scanned.t, mac: scanned.mac, new_scan_token: scanTokenFor(scanned.sessionId) },
        Scan,
      );
    case "scan_token":
      return post(path, { scan_token: scanned.scanToken }, Scan);
    case "same_device":
      return post(path, { same_device: true }, Scan);
  }
}

/** The right to decide on a session, as a scan gave it. */
export type Claim = Pick<Scan, "session_id" | "scan_token">;

/** Scans a claimed session again, which returns its current state. */
export function byScanToken(claim: Claim): Extract<Scanned, { by: "scan_token" }> {
  return { by: "scan_token", sessionId: claim.session_id, scanToken: claim.scan_token };
}

/** What an approval takes beside the claim, where the login is not to be taken lightly. */
export interface Proof {
  /** The digits that the screen shows. */
  match?: string;
  assertion?: AuthenticationResponseJSON;
}

const Decision = v.object({ status: v.string() });

export function approve(claim: Claim, proof: Proof): Promise<void> {
  return decide(claim, "approve", { scan_token: claim.scan_token, ...proof });
}

export function deny(claim: Claim): Promise<void> {
  return decide(claim, "deny", { scan_token: claim.scan_token });
}

/** Sends a decision, again where the answer was lost. */
async function decide(claim: Claim, what: "approve" | "deny", body: object): Promise<void> {
  await withRetries(async (previousTries) => {
    try {
      await postOnce(`/sessions/${claim.session_id}/${what}`, body, Decision);
    } catch (error) {
      if (previousTries === 0 || !(await wasTaken(claim, what, error))) throw error;
    }
  });
}

/**
 * Whether a decision that was refused when it was sent again had been taken the first time. An assertion
 * of a passkey counts once, so with one the refusal says nothing: then the session is asked.
 */
async function wasTaken(claim: Claim, what: "approve" | "deny", error: unknown): Promise<boolean> {
  const taken = what === "approve" ? "already_approved" : "already_denied";
  if (!(error instanceof LoginError)) return false;
  if (error.code === taken) return true;
  if (error.code !== "ceremony_expired" && error.code !== "passkey_invalid") return false;
  return await scan(byScanToken(claim)).then(
    () => false,
    (answer: unknown) => answer instanceof LoginError && answer.code === taken,
  );
}

/** What the server wants of the authenticator is between the two of them. */
const StepUp = v.object({
  options: v.custom<PublicKeyCredentialRequestOptionsJSON>((value) => typeof value === "object"),
});

/** The challenge names what is approved: the passkey signs that, and nothing else. */
export async function stepUpOptions(claim: Claim): Promise<PublicKeyCredentialRequestOptionsJSON> {
  const body = { scan_token: claim.scan_token };
  return (await post(`/sessions/${claim.session_id}/step-up`, body, StepUp)).options;
}
