import { env, exports } from "cloudflare:workers";
import { encodeBase64url } from "../../src/lib/base64url.ts";
import { errorCodeOf } from "../../src/login-session/domain/errors.ts";
import {
  codeLink,
  parseCodeLink,
  periodAt,
  rotatingCode,
} from "../../src/login-session/domain/rotating-code.ts";
import type { AuthenticatedUser } from "../../src/login-session/domain/authenticated-user.ts";
import type { LoginSession } from "../../src/login-session/durable-object/login-session.ts";
import { sessionStub } from "../../src/login-session/durable-object/session-stub.ts";
import type { CreatedSession, ScanResponse } from "../../src/protocol/responses.ts";

/** The running Worker, as a screen and a phone use it. */

export const ISSUER = "http://localhost:8787";

export function api(path: string, init?: RequestInit): Promise<Response> {
  return exports.default.fetch(new Request(`${ISSUER}${path}`, init));
}

export function post(path: string, body: unknown, headers: HeadersInit = {}): Promise<Response> {
  const all = new Headers(headers);
  all.set("Content-Type", "application/json");
  return api(path, { method: "POST", headers: all, body: JSON.stringify(body) });
}

/** The status and the stable code of an error answer. */
export async function problemOf(answer: Response): Promise<[number, unknown]> {
  const body = await answer.json<{ code?: unknown; error?: unknown }>();
  return [answer.status, body.code ?? body.error];
}

/** RFC 7636, appendix B. */
export const VERIFIER = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
export const CHALLENGE = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

export const CREATION = {
  client_id: "screen",
  code_challenge: CHALLENGE,
  code_challenge_method: "S256",
};

/** A login that a screen has begun. */
export interface Begun {
  created: CreatedSession;
  stub: DurableObjectStub<LoginSession>;
  bearer: { Authorization: string };
}

export async function begin(change: object = {}, headers: HeadersInit = {}): Promise<Begun> {
  const answer = await post("/sessions", { ...CREATION, ...change }, headers);
  if (answer.status !== 201) throw new Error(`not created: ${await answer.text()}`);
  const created = await answer.json<CreatedSession>();
  const stub = sessionStub(env, created.session_id);
  if (!stub) throw new Error("the session has no object");
  return { created, stub, bearer: { Authorization: `Bearer ${created.watch_token}` } };
}

/** How a browser that shows the session presents its watch token by itself. */
export function watchCookieOf({ created }: Pick<Begun, "created">): string {
  return `__Host-watch_tokens=${created.session_id}.${created.watch_token}`;
}

/** What a camera reads off the screen, `elapsed` milliseconds after the session was created. */
export async function codeOf(
  { created }: Pick<Begun, "created">,
  elapsed = 0,
): Promise<{ t: number; mac: string }> {
  const code = await rotatingCode(created.qr.key, created.session_id, periodAt(elapsed));
  const read = parseCodeLink(codeLink(created.qr.prefix, code));
  if (!read) throw new Error("the link can't be read");
  return { t: read.t, mac: read.mac };
}

/** An account that has seen no screen yet. */
export const NO_HISTORY = { known: [], logins: 0 };

/** A phone scans the code. Returns its scan token. */
export async function scan(login: Begun): Promise<string> {
  const answer = await post(`/sessions/${login.created.session_id}/scan`, await codeOf(login));
  if (answer.status !== 200) throw new Error(`not scanned: ${await answer.text()}`);
  return (await answer.json<ScanResponse>()).scan_token;
}

/** The phone's owner approves; who that is was proven elsewhere. */
export async function approve(
  login: Pick<Begun, "stub">,
  scanToken: string,
  who: string | AuthenticatedUser = "ada",
): Promise<void> {
  const account = typeof who === "string" ? { sub: who, name: "Ada", amr: ["hwk", "user"] } : who;
  using approved = await login.stub.approve(scanToken, { account, device: {} });
  if (!approved.ok) throw new Error(`not approved: ${errorCodeOf(approved.error)}`);
}

export function redeem(code: string, change: Record<string, string> = {}): Promise<Response> {
  return api("/token", {
    method: "POST",
    body: new URLSearchParams({
      grant_type: "authorization_code",
      code,
      code_verifier: VERIFIER,
      client_id: "screen",
      ...change,
    }),
  });
}

/** A well-formed token or id that stands for nothing. */
export function madeUp(): string {
  return encodeBase64url(crypto.getRandomValues(new Uint8Array(32)));
}
