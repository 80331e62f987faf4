import type { DevicesResponse } from "../../../src/protocol/devices.ts";
import type { CreatedSession, ScanResponse } from "../../../src/protocol/responses.ts";
import { LOGIN_PAGE_ID, parseLoginPage } from "../../../src/protocol/login-page.ts";
import type { Snapshot } from "../../../src/protocol/snapshot.ts";
import { CHALLENGE, ISSUER, madeUp, VERIFIER } from "../../support/api.ts";
import { codeOf } from "../../support/test-screen.ts";
import { TestBrowser } from "../../support/test-browser.ts";
import { Authenticator } from "../../support/authenticator.ts";
import { PushBrowser } from "../../support/push-browser.ts";
import { callbackToken } from "./callback-token.ts";
import type { Fuzzer } from "./fuzzer.ts";
import { BACKEND_SECRET, SHOP_REDIRECT, type FuzzedWorker } from "./worker.ts";

/** Complete request sequences of clients, screens and phones. */
export interface FlowWorld {
  worker: FuzzedWorker;
  send: (request: Request) => Promise<Response>;
  signed: Fuzzer["signed"];
  /** A message for a WebSocket, changed in one place. */
  odd: () => string;
  /** The started logins; unfinished ones are cancelled afterwards. */
  begun: CreatedSession[];
}

export type Flow = (world: FlowWorld) => Promise<void>;

/** A mutated request ended the flow early, which is correct. */
export class CutShort extends Error {}

const SCOPE = "openid profile email offline_access";

const DEVICE_GRANT = "urn:ietf:params:oauth:grant-type:device_code";

/** A screen is watched by every transport, a phone app scans and approves, and the client uses its tokens. */
const loginByApp: Flow = async (world) => {
  const login = await begin(world, { scope: SCOPE, nonce: "n", dpop_jkt: world.worker.keys.jkt });
  await watchEverywhere(world, login);
  await ok(world, post(`/sessions/${login.session_id}/user-code`, "", bearer(login.watch_token)));
  const phone = bearer(await appToken(world));
  const { scan_token } = await scan(world, login, phone);
  await json<ScanResponse>(world, post(path(login, "scan"), { scan_token }, phone));
  await ok(world, post(path(login, "approve"), { scan_token }, phone));
  const code = await codeFor(world, login);
  const form = { grant_type: "authorization_code", code, code_verifier: VERIFIER };
  const tokens = await takeTokens(world, { ...form, client_id: "screen" }, true);
  const refresh = { grant_type: "refresh_token", refresh_token: tokens.refresh_token };
  const refreshed = await takeTokens(world, { ...refresh, client_id: "screen" }, true);
  const proof = await dpopProof(world, "GET", "/userinfo", refreshed.access_token);
  const dpop = { Authorization: `DPoP ${refreshed.access_token}`, DPoP: proof };
  await ok(world, get("/userinfo", dpop));
  await ok(world, get("/account/devices", phone));
  await ok(world, get("/account/history?format=csv", phone));
  await ok(world, post(`/account/devices/${login.session_id}/confirm`, {}, phone));
  await ok(world, post("/revoke", { client_id: "screen", token: refreshed.refresh_token }, FORM));
};

/** A confidential client by its secret; the code is typed, and a login is declined. */
const loginByTypedCode: Flow = async (world) => {
  const phone = bearer(await appToken(world));
  const declined = await begin(world, { client_id: "shop", redirect_uri: SHOP_REDIRECT });
  const typed = { user_code: declined.user_code, new_scan_token: madeUp() };
  const { scan_token } = await json<ScanResponse>(world, post("/sessions/scan", typed, phone));
  await ok(world, post(path(declined, "deny"), { scan_token }));

  const basic = { ...FORM, Authorization: `Basic ${btoa(`backend:${BACKEND_SECRET}`)}` };
  const redirect = { redirect_uri: SHOP_REDIRECT, state: "s" };
  const login = await begin(world, { client_id: "backend", scope: SCOPE, ...redirect });
  const code = await approvedCode(world, login, phone);
  const grant = { grant_type: "authorization_code", code, code_verifier: VERIFIER };
  const answer = await ok(world, post("/token", { ...grant, redirect_uri: SHOP_REDIRECT }, basic));
  const tokens = await answer.json<Tokens>();
  await ok(world, post("/userinfo", "", bearer(tokens.access_token)));
  await ok(world, post("/introspect", { token: tokens.access_token }, basic));
  await ok(world, post("/introspect", { token: tokens.refresh_token }, basic));
  await ok(world, get(`/end_session?${endSession(tokens).toString()}`));
  await ok(world, post("/end_session", Object.fromEntries(endSession(tokens)), FORM));
};

const cancelled: Flow = async (world) => {
  const login = await begin(world, { user_code: false });
  await ok(world, post(path(login, "cancel"), "", bearer(login.watch_token)));
};

/** A device without a browser (RFC 8628). */
const loginOfDevice: Flow = async (world) => {
  const begun = await json<{ device_code: string; user_code: string }>(
    world,
    post("/device_authorization", { client_id: "shop", scope: SCOPE }, FORM),
  );
  const poll = { grant_type: DEVICE_GRANT, device_code: begun.device_code, client_id: "shop" };
  await world.send(post("/token", poll, FORM));
  const phone = bearer(await appToken(world));
  const scanned = post("/sessions/scan", { user_code: begun.user_code }, phone);
  const { scan_token, session_id } = await json<ScanResponse>(world, scanned);
  await ok(world, post(`/sessions/${session_id}/approve`, { scan_token }, phone));
  const tokens = await json<Tokens>(world, post("/token", poll, FORM));
  await ok(world, get("/userinfo", bearer(tokens.access_token)));
  await ok(world, del(`/account/devices/${session_id}`, phone));
};

/** A client with keys pushes its request, and a browser brings it (RFC 9126, RFC 7523). */
const loginByPushedRequest: Flow = async (world) => {
  const request = {
    response_type: "code",
    redirect_uri: SHOP_REDIRECT,
    scope: SCOPE,
    state: "s",
    nonce: "n",
    code_challenge: CHALLENGE,
    code_challenge_method: "S256",
  };
  const pushed = { ...request, ...(await assertion(world)) };
  const proof = { ...FORM, DPoP: await dpopProof(world, "POST", "/par") };
  const { request_uri } = await json<{ request_uri: string }>(world, post("/par", pushed, proof));
  const query = new URLSearchParams({ client_id: "signer", request_uri });
  const session = await loginIn(await ok(world, get(`/authorize?${query.toString()}`, HTML)));
  const phone = bearer(await appToken(world));
  const code = await approvedCode(world, session, phone);
  const grant = { grant_type: "authorization_code", code, code_verifier: VERIFIER };
  const form = { ...grant, redirect_uri: SHOP_REDIRECT, ...(await assertion(world)) };
  await takeTokens(world, form, true);
  await ok(world, post(`/account/devices/${session.session_id}/not-me`, {}, phone));
};

/** An authorization request by GET and POST, answered by query and form_post. */
const loginByAuthorization: Flow = async (world) => {
  const request = {
    client_id: "shop",
    response_type: "code",
    redirect_uri: SHOP_REDIRECT,
    response_mode: "form_post",
    scope: "openid",
    state: "s",
    prompt: "login",
    max_age: "600",
    ui_locales: "de",
    code_challenge: CHALLENGE,
    code_challenge_method: "S256",
  };
  await ok(world, get(`/authorize?${new URLSearchParams(request).toString()}`, HTML));
  const session = await loginIn(await ok(world, post("/authorize", request, FORM)));
  const phone = bearer(await appToken(world));
  const { scan_token } = await scan(world, session, phone);
  await world.send(post(path(session, "approve"), { scan_token }, phone));
  await ok(world, del("/account/devices", phone));
};

/** A browser stays logged in after a login by the phone, and its owner ends that. */
const singleSignOn: Flow = async (world) => {
  const request = {
    client_id: "sso",
    response_type: "code",
    redirect_uri: SHOP_REDIRECT,
    scope: "openid",
    state: "s",
    code_challenge: CHALLENGE,
    code_challenge_method: "S256",
  };
  const query = new URLSearchParams(request).toString();
  const session = await loginIn(await ok(world, get(`/authorize?${query}`, HTML)));
  const phone = bearer(await appToken(world));
  const code = await approvedCode(world, session, phone);
  const browser = {
    Cookie: `__Host-watch_tokens=${session.session_id}.${session.watch_token}`,
    Origin: ISSUER,
  };
  const kept = await ok(world, post(path(session, "keep"), { keep: true }, browser));
  const [, cookie] = /(__Host-sso=[^;]+)/.exec(kept.headers.get("Set-Cookie") ?? "") ?? [];
  if (cookie === undefined) throw new CutShort("the browser does not stay logged in");
  await ok(world, get(`/authorize?${query}`, { ...HTML, Cookie: cookie }));
  const grant = { grant_type: "authorization_code", code, code_verifier: VERIFIER };
  await takeTokens(world, { client_id: "sso", redirect_uri: SHOP_REDIRECT, ...grant }, false);
  const list = await json<DevicesResponse>(world, get("/account/devices", phone));
  for (const { id } of list.browsers ?? []) {
    await ok(world, del(`/account/devices/browsers/${id}`, phone));
  }
};

/** The code that the phone shows is typed on the screen. */
const loginByMatching: Flow = async (world) => {
  const login = await begin(world, { client_id: "typing" });
  const phone = bearer(await appToken(world));
  const { scan_token, request } = await scan(world, login, phone);
  if (request?.match?.by !== "screen") throw new CutShort("nothing is to be typed");
  const { code } = request.match;
  await ok(world, post(path(login, "match"), { code }, bearer(login.watch_token)));
  await ok(world, post(path(login, "approve"), { scan_token }, phone));
};

/** A passkey account, from its creation to its deletion. */
const account: Flow = async (world) => {
  const phone = new TestBrowser(world.send);
  const authenticator = await Authenticator.make(ISSUER);
  const response = await authenticator.create(await phone.registrationOptions());
  await well(phone.post("/account/register", { response }));
  await well(phone.get("/account"));
  await well(phone.post("/account/sign-out", {}));
  await well(
    phone.post("/account/sign-in", {
      response: await authenticator.get(await phone.signInOptions()),
    }),
  );

  const options = await well(phone.post("/account/passkeys/options", {}));
  const asked = await options.json<{ options: Parameters<Authenticator["create"]>[0] }>();
  const second = await (await Authenticator.make(ISSUER)).create(asked.options);
  const added = await well(phone.post("/account/passkeys", { name: "Key", response: second }));
  const { passkey } = await added.json<{ passkey: { id: string } }>();
  await well(phone.get("/account/passkeys"));
  await well(phone.patch(`/account/passkeys/${passkey.id}`, { name: "Other" }));
  await well(phone.delete(`/account/passkeys/${passkey.id}`));

  await well(phone.get("/account/notices"));
  const subscription = {
    endpoint: `https://fcm.googleapis.com/fcm/send/${crypto.randomUUID()}`,
    keys: new PushBrowser().keys,
    language: "en",
  };
  await well(phone.post("/account/notices", subscription));
  await well(phone.delete("/account/notices"));

  const made = await well(phone.post("/account/recovery-code", {}));
  const { recovery_code } = await made.json<{ recovery_code: string }>();
  await well(
    new TestBrowser(world.send).post("/account/recover", { recovery_code, retry_key: madeUp() }),
  );
  const known = await (
    await well(phone.get("/account/phones"))
  ).json<{
    phones: { id: string; current: boolean }[];
  }>();
  const other = known.phones.find(({ current }) => !current);
  if (other) await well(phone.delete(`/account/phones/${other.id}`));
  await well(phone.delete("/account/phones"));
  await well(phone.get("/account/devices"));
  await well(phone.get("/account/history?format=json"));
  await well(phone.delete("/account", {}));
};

/** A signed-in phone links a new phone, with step-up. */
const linkedPhone: Flow = async (world) => {
  const phone = new TestBrowser(world.send);
  const authenticator = await Authenticator.make(ISSUER);
  const response = await authenticator.create(await phone.registrationOptions());
  await well(phone.post("/account/register", { response }));
  const login = await begin(world, { client_id: "phone" });
  const scanned = await well(phone.post(path(login, "scan"), await codeOf(login)));
  const { scan_token } = await scanned.json<ScanResponse>();
  const { match } = await snapshot(world, login);
  if (match?.by !== "phone") throw new CutShort("no digits are shown");
  const stepUp = await well(phone.post(path(login, "step-up"), { scan_token }));
  const { options } = await stepUp.json<{ options: Parameters<Authenticator["get"]>[0] }>();
  await well(
    phone.post(path(login, "approve"), {
      scan_token,
      match: match.digits,
      assertion: await authenticator.get(options),
    }),
  );
  const code = await codeFor(world, login);
  await well(new TestBrowser(world.send).post("/account/link", { code, code_verifier: VERIFIER }));
};

const pages: Flow = async (world) => {
  await loginIn(await ok(world, get("/", HTML)));
  const login = await begin(world, {});
  const { t, mac } = await codeOf(login);
  await ok(world, get(`/q/${login.session_id}.${t}.${mac}`, { ...HTML, "Sec-Fetch-Site": "none" }));
  for (const page of ["/phone", "/devices", "/passkeys", "/history"]) {
    await ok(world, get(page, { ...HTML, "Accept-Language": "de" }));
  }
  const compare = await (await ok(world, get("/compare", HTML))).text();
  const [, script] = /"(\/built\/compare\.[^"]+\.js)"/.exec(compare) ?? [];
  if (script !== undefined) await ok(world, get(script));
  for (const name of ["openid-configuration", "oauth-authorization-server", "jwks.json"]) {
    await ok(world, get(`/.well-known/${name}`));
  }
  // No apps are configured, so these answer 404.
  await world.send(get("/.well-known/apple-app-site-association"));
  await world.send(get("/.well-known/assetlinks.json"));
};

/** The page /compare receives a callback and polls it. */
const callbacks: Flow = async (world) => {
  const login = await begin(world, { client_id: "compare" });
  const told = await callbackToken(world.worker.env, login.session_id);
  const type = { "Content-Type": "application/secevent+jwt" };
  const request = new Request(`${ISSUER}/compare/callback`, {
    method: "POST",
    headers: type,
    body: world.signed(told.token, told.sign),
  });
  await ok(world, request);
  await ok(world, get(`/compare/callback/${login.session_id}`, bearer(login.watch_token)));
};

export const FLOWS: readonly Flow[] = [
  loginByApp,
  loginByTypedCode,
  cancelled,
  loginOfDevice,
  loginByPushedRequest,
  loginByAuthorization,
  loginByMatching,
  singleSignOn,
  account,
  linkedPhone,
  pages,
  callbacks,
];

interface Tokens {
  access_token: string;
  id_token: string;
  refresh_token: string;
}

const FORM = { "Content-Type": "application/x-www-form-urlencoded" };
const HTML = { Accept: "text/html" };

const bearer = (token: string) => ({ Authorization: `Bearer ${token}` });

const path = ({ session_id }: CreatedSession, what: string) => `/sessions/${session_id}/${what}`;

function get(url: string, headers: Record<string, string> = {}): Request {
  return new Request(`${ISSUER}${url}`, { headers: { ...address(), ...headers } });
}

function del(url: string, headers: Record<string, string>): Request {
  return new Request(`${ISSUER}${url}`, {
    method: "DELETE",
    headers: { ...address(), ...headers },
  });
}

/** A form where the headers say so, else JSON; "" is no body. */
function post(url: string, body: object | "", headers: Record<string, string> = {}): Request {
  const isForm = headers["Content-Type"] === FORM["Content-Type"];
  const text = isForm ? new URLSearchParams({ ...body }).toString() : JSON.stringify(body);
  return new Request(`${ISSUER}${url}`, {
    method: "POST",
    headers: {
      ...address(),
      ...(body === "" ? {} : { "Content-Type": "application/json" }),
      ...headers,
    },
    ...(body === "" ? {} : { body: text }),
  });
}

/** Each request comes from another address, because of the rate limits. */
function address(): { "CF-Connecting-IP": string } {
  const groups = crypto.getRandomValues(new Uint16Array(4));
  return { "CF-Connecting-IP": `2001:${[...groups].map((g) => g.toString(16)).join(":")}::1` };
}

async function ok(world: FlowWorld, request: Request): Promise<Response> {
  return await well(world.send(request));
}

async function well(answer: Promise<Response>): Promise<Response> {
  const got = await answer;
  if (got.status < 400) return got;
  throw new CutShort(`${got.status} ${await got.text()}`);
}

async function json<Body>(world: FlowWorld, request: Request): Promise<Body> {
  return await (await ok(world, request)).json<Body>();
}

async function begin(world: FlowWorld, change: object): Promise<CreatedSession> {
  const body = {
    client_id: "screen",
    code_challenge: CHALLENGE,
    code_challenge_method: "S256",
    ...change,
  };
  const login = await json<CreatedSession>(world, post("/sessions", body));
  world.begun.push(login);
  return login;
}

/** Cancels unfinished logins, so that no watcher keeps waiting. */
export async function cancelAll(
  { begun }: FlowWorld,
  send: (request: Request) => Promise<Response>,
): Promise<void> {
  await Promise.all(
    begun.map((login) => send(post(path(login, "cancel"), "", bearer(login.watch_token)))),
  );
}

async function watchEverywhere(world: FlowWorld, login: CreatedSession): Promise<void> {
  const url = `/sessions/${login.session_id}`;
  const stream = await ok(world, get(`${url}/events`, bearer(login.watch_token)));
  await stream.body?.cancel();
  const upgrade = {
    Upgrade: "websocket",
    "Sec-WebSocket-Protocol": `qr-login.v1, bearer.${login.watch_token}`,
  };
  const { webSocket } = await world.send(get(`${url}/socket`, upgrade));
  webSocket?.accept();
  webSocket?.send(world.odd());
  webSocket?.close();
  const cookie = { Cookie: `__Host-watch_tokens=${login.session_id}.${login.watch_token}` };
  await ok(world, get(url, { ...cookie, "If-None-Match": '"0"', Prefer: "wait=25" }));
}

async function scan(
  world: FlowWorld,
  login: CreatedSession,
  phone: Record<string, string>,
): Promise<ScanResponse> {
  const code = { ...(await codeOf(login)), new_scan_token: madeUp() };
  return await json<ScanResponse>(world, post(path(login, "scan"), code, phone));
}

async function snapshot(world: FlowWorld, login: CreatedSession): Promise<Snapshot> {
  return await json<Snapshot>(
    world,
    get(`/sessions/${login.session_id}`, bearer(login.watch_token)),
  );
}

async function codeFor(world: FlowWorld, login: CreatedSession): Promise<string> {
  const { code, redirect_to, status } = await snapshot(world, login);
  const found = code ?? (redirect_to && new URL(redirect_to).searchParams.get("code"));
  if (typeof found !== "string") throw new CutShort(`no code: ${status}`);
  return found;
}

async function approvedCode(
  world: FlowWorld,
  login: CreatedSession,
  phone: Record<string, string>,
): Promise<string> {
  const { scan_token } = await scan(world, login, phone);
  await ok(world, post(path(login, "approve"), { scan_token }, phone));
  return await codeFor(world, login);
}

/** The login that is embedded in a page. */
async function loginIn(page: Response): Promise<CreatedSession> {
  const html = await page.text();
  const [, text] = new RegExp(`id="${LOGIN_PAGE_ID}">(.*?)</script>`, "s").exec(html) ?? [];
  const login = text === undefined ? undefined : parseLoginPage(text);
  if (!login || !("session" in login)) throw new CutShort("no login is in the page");
  return login.session;
}

async function takeTokens(
  world: FlowWorld,
  form: Record<string, string>,
  bound: boolean,
): Promise<Tokens> {
  const proof = bound ? { DPoP: await dpopProof(world, "POST", "/token") } : {};
  return await json<Tokens>(world, post("/token", form, { ...FORM, ...proof }));
}

function endSession({ id_token }: Tokens): URLSearchParams {
  return new URLSearchParams({
    id_token_hint: id_token,
    post_logout_redirect_uri: "https://shop.example/out",
    state: "s",
  });
}

/** Each user has just signed in at the issuer. */
async function appToken({ worker, signed }: FlowWorld): Promise<string> {
  const now = Math.floor(Date.now() / 1000);
  const claims = {
    sub: `person-${crypto.randomUUID()}`,
    name: "Ada",
    email: "ada@example.com",
    email_verified: true,
    auth_time: now,
    amr: ["hwk", "user"],
    acr: "high",
  };
  const standard = ["iss", "aud", "sub", "iat", "exp"];
  return signed(await worker.issuer.token(claims), (header, payload) => {
    // A removed claim stays removed.
    const without = Object.fromEntries(standard.map((name) => [name, undefined]));
    return worker.issuer.token({ ...without, ...payload }, { ...header });
  });
}

async function dpopProof(
  { worker, signed }: FlowWorld,
  method: string,
  to: string,
  accessToken?: string,
): Promise<string> {
  const { jwk, sign } = worker.keys;
  const ath = accessToken === undefined ? {} : { ath: await base64urlSha256(accessToken) };
  const iat = Math.floor(Date.now() / 1000);
  const claims = { jti: madeUp(), htm: method, htu: `${ISSUER}${to}`, iat, ...ath };
  return signed(await sign({ typ: "dpop+jwt", jwk }, claims), sign);
}

/** RFC 7523 §2.2. */
async function assertion({ worker, signed }: FlowWorld): Promise<Record<string, string>> {
  const now = Math.floor(Date.now() / 1000);
  const claims = {
    iss: "signer",
    sub: "signer",
    aud: ISSUER,
    jti: madeUp(),
    iat: now,
    exp: now + 60,
  };
  return {
    client_id: "signer",
    client_assertion_type: "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
    client_assertion: signed(await worker.keys.sign({}, claims), worker.keys.sign),
  };
}

async function base64urlSha256(text: string): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
  return new Uint8Array(digest).toBase64({ alphabet: "base64url", omitPadding: true });
}
