import { env } from "cloudflare:workers";
import { afterEach, describe, expect, it, vi } from "vitest";
import { app } from "../../src/app.ts";
import { accountStub } from "../../src/accounts/account-stub.ts";
import { LoginSession } from "../../src/login-session/durable-object/login-session.ts";
import { api, CREATION, madeUp, post, problemOf, redeem, withClients } from "../support/api.ts";
import { TestPhone } from "../support/test-phone.ts";
import { TestScreen } from "../support/test-screen.ts";
import { resetBeforeWrite } from "./object-reset.ts";

/**
 * An object is reset during a call, by a deployment, a crash or a move to another machine. The client
 * gets 503, and its repeated request succeeds.
 */

// Each reset is logged.
vi.spyOn(console, "warn").mockImplementation(() => undefined);
afterEach(() => vi.restoreAllMocks());

const SCOPE = "openid offline_access";

interface Attempt {
  /** The object that is reset. */
  object: DurableObjectStub;
  send: () => Promise<Response>;
}

/**
 * Repeats the attempt for each of its writes: resets the object before that write, and sends the request
 * again. Returns the number of writes.
 */
async function resetBeforeEachWrite(prepare: () => Promise<Attempt>): Promise<number> {
  for (let nth = 1; ; nth++) {
    const { object, send } = await prepare();
    const reset = await resetBeforeWrite(object, nth);
    const first = await send();
    if (!(await reset.happened())) {
      expect(first.status).toBeLessThan(300);
      return nth - 1;
    }
    expect(first.headers.get("Retry-After")).toBe("1");
    expect(await problemOf(first)).toEqual([503, "temporarily_unavailable"]);
    const again = await send();
    expect([nth, again.status]).toEqual([nth, again.status === 204 ? 204 : 200]);
  }
}

describe("a request whose object was reset before one of its writes is answered 503, and repeated", () => {
  it("answers 503 to a scan whose object was reset, and accepts its repetition", async () => {
    const writes = await resetBeforeEachWrite(async () => {
      const login = await TestScreen.begin();
      const body = { ...(await login.code()), new_scan_token: madeUp() };
      const path = `/sessions/${login.created.session_id}/scan`;
      return { object: login.stub, send: () => post(path, body) };
    });
    expect(writes).toBeGreaterThan(0);
  });

  it("answers 503 to a decision whose object was reset, and accepts its repetition", async () => {
    for (const decision of ["approve", "deny"]) {
      const writes = await resetBeforeEachWrite(async () => {
        const [owner, login] = [await TestPhone.signUp(), await TestScreen.begin()];
        const { scan_token } = await owner.scan(login);
        return { object: login.stub, send: () => owner.send(login, decision, { scan_token }) };
      });
      expect(writes).toBeGreaterThan(0);
    }
  });

  it("answers 503 to a cancellation or a new user code whose object was reset, and accepts its repetition", async () => {
    for (const what of ["cancel", "user-code"]) {
      const writes = await resetBeforeEachWrite(async () => {
        const { created, stub, bearer } = await TestScreen.begin({ user_code: false });
        const path = `/sessions/${created.session_id}/${what}`;
        return { object: stub, send: () => post(path, {}, bearer) };
      });
      expect(writes).toBeGreaterThan(0);
    }
  });

  it("answers 503 to a redemption whose session or account was reset, and accepts its repetition", async () => {
    for (const which of ["session", "account"]) {
      const writes = await resetBeforeEachWrite(async () => {
        const [owner, login] = [await TestPhone.signUp(), await TestScreen.begin({ scope: SCOPE })];
        const code = await owner.approvedCode(login);
        const object = which === "session" ? login.stub : accountStub(env, owner.sub);
        return { object, send: () => redeem(code) };
      });
      expect(writes).toBeGreaterThan(0);
    }
  });

  it("answers 503 to a refresh whose account was reset, and accepts its repetition", async () => {
    const writes = await resetBeforeEachWrite(async () => {
      const [owner, login] = [await TestPhone.signUp(), await TestScreen.begin({ scope: SCOPE })];
      const tokens = await redeem(await owner.approvedCode(login));
      const { refresh_token } = await tokens.json<{ refresh_token: string }>();
      const body = { grant_type: "refresh_token", client_id: "screen", refresh_token };
      const send = () => api("/token", { method: "POST", body: new URLSearchParams(body) });
      return { object: accountStub(env, owner.sub), send };
    });
    expect(writes).toBeGreaterThan(0);
  });

  it("answers 503 to a sign-in whose account was reset, and accepts a new passkey assertion", async () => {
    const owner = await TestPhone.signUp();
    const writes = await resetBeforeEachWrite(async () => {
      const send = async () => {
        const response = await owner.authenticator.get(await owner.signInOptions());
        return await owner.post("/account/sign-in", { response });
      };
      return { object: accountStub(env, owner.sub), send };
    });
    expect(writes).toBeGreaterThan(0);
  });
});

/** Resets the session after the next call of this method, before its response is sent. */
function loseTheAnswerOf(method: "scan" | "approve" | "deny" | "cancel"): void {
  const original: unknown = Object.getOwnPropertyDescriptor(LoginSession.prototype, method)?.value;
  if (typeof original !== "function") throw new TypeError(method);
  Reflect.defineProperty(LoginSession.prototype, method, {
    configurable: true,
    writable: true,
    async value(this: LoginSession, ...args: unknown[]): Promise<void> {
      Reflect.defineProperty(LoginSession.prototype, method, { value: original });
      await Reflect.apply(original, this, args);
      const ctx: unknown = Reflect.get(this, "ctx");
      if (!isState(ctx)) throw new TypeError("no state");
      // Its writes are stored.
      await ctx.storage.sync();
      ctx.abort("The object was reset.");
    },
  });
}

function isState(value: unknown): value is DurableObjectState {
  return typeof value === "object" && value !== null && "storage" in value;
}

describe("a request whose answer was lost is repeated, and answered as the first time", () => {
  const isRepeated = async (send: () => Promise<Response>, status: number) => {
    expect(await problemOf(await send())).toEqual([503, "temporarily_unavailable"]);
    expect((await send()).status).toBe(status);
  };

  it("answers a repeated scan or decision like the first one when its response was lost", async () => {
    for (const decision of ["approve", "deny"] as const) {
      const [owner, login] = [await TestPhone.signUp(), await TestScreen.begin()];
      const scan_token = madeUp();
      const code = { ...(await login.code()), new_scan_token: scan_token };
      loseTheAnswerOf("scan");
      await isRepeated(() => owner.send(login, "scan", code), 200);
      loseTheAnswerOf(decision);
      await isRepeated(() => owner.send(login, decision, { scan_token }), 200);
      const status = decision === "approve" ? "approved" : "denied";
      expect(await login.snapshot()).toMatchObject({ status, version: 3 });
    }
  });

  it("answers a repeated cancellation like the first one when its response was lost", async () => {
    const login = await TestScreen.begin();
    const path = `/sessions/${login.created.session_id}/cancel`;
    loseTheAnswerOf("cancel");
    await isRepeated(() => post(path, {}, login.bearer), 204);
    expect(await login.snapshot()).toMatchObject({ status: "cancelled", version: 2 });
  });
});

describe("an object that is not available", () => {
  /** The Worker, with a namespace whose objects fail with an error of the runtime. */
  const failing = (names: string[], properties: object): Env => {
    const broken = () => {
      throw Object.assign(new Error("Network connection lost."), properties);
    };
    const id = env.LOGIN_SESSIONS.newUniqueId();
    const stub = new Proxy({ id }, { get: (_, name) => (name === "id" ? id : broken) });
    const replaced = names.map((name) => {
      const namespace: unknown = Reflect.get(env, name);
      if (typeof namespace !== "object" || namespace === null) throw new TypeError(name);
      const get = (target: object, member: string | symbol): unknown => {
        if (member === "get") return () => stub;
        const value: unknown = Reflect.get(target, member);
        return typeof value === "function" ? value.bind(target) : value;
      };
      return [name, new Proxy(namespace, { get })] as const;
    });
    const clients = withClients(
      { client_id: "screen" },
      { client_id: "shop", redirect_uris: ["https://shop.example/back"] },
    );
    return { ...clients, ...Object.fromEntries(replaced) };
  };
  const OBJECTS = ["LOGIN_SESSIONS", "ACCOUNTS", "SIGNING_KEYS", "REPLAYS", "PUSHED_REQUESTS"];
  const form = (fields: Record<string, string>) => ({
    method: "POST",
    body: new URLSearchParams({ client_id: "screen", ...fields }),
  });

  it.each([{ retryable: true }, { overloaded: true }, { durableObjectReset: true }])(
    "answers 503 with Retry-After in the format of each endpoint: %j",
    async (properties) => {
      const { created, bearer } = await TestScreen.begin();
      const worker = failing(OBJECTS, properties);
      const session = `/sessions/${created.session_id}`;
      const json = { "Content-Type": "application/json" };
      const requests: [path: string, init: RequestInit][] = [
        ["/sessions", { method: "POST", headers: json, body: JSON.stringify(CREATION) }],
        [session, { headers: bearer }],
        [session, { headers: { ...bearer, Prefer: "wait=5", "If-None-Match": '"1"' } }],
        [`${session}/events`, { headers: bearer }],
        [`${session}/cancel`, { method: "POST", headers: bearer }],
        ["/.well-known/jwks.json", {}],
        ["/device_authorization", form({})],
        ["/revoke", form({ token: await someAccessToken() })],
      ];
      for (const [path, init] of requests) {
        const answer = await app.request(path, init, worker);
        expect([path, answer.headers.get("Retry-After")]).toEqual([path, "1"]);
        expect([path, ...(await problemOf(answer))]).toEqual([
          path,
          503,
          "temporarily_unavailable",
        ]);
      }
    },
  );

  it("answers 500 for an exception of an object", async () => {
    const errors = vi.spyOn(console, "error").mockImplementation(() => undefined);
    const { created, bearer } = await TestScreen.begin();
    const worker = failing(OBJECTS, { remote: true });
    const answer = await app.request(
      `/sessions/${created.session_id}`,
      { headers: bearer },
      worker,
    );
    expect(await problemOf(answer)).toEqual([500, "internal_error"]);
    expect(errors).toHaveBeenCalled();
  });

  it("redirects to the client with temporarily_unavailable (RFC 6749 §4.1.2.1)", async () => {
    vi.spyOn(console, "error").mockImplementation(() => undefined);
    const worker = failing(["LOGIN_SESSIONS"], { retryable: true });
    const query = new URLSearchParams({
      client_id: "shop",
      response_type: "code",
      redirect_uri: "https://shop.example/back",
      scope: "openid",
      state: "s",
      code_challenge: CREATION.code_challenge,
      code_challenge_method: "S256",
    });
    const answer = await app.request(`/authorize?${query.toString()}`, {}, worker);
    expect(answer.status).toBe(303);
    const back = new URL(answer.headers.get("Location") ?? "");
    expect(back.searchParams.get("error")).toBe("temporarily_unavailable");
    expect(back.searchParams.get("state")).toBe("s");
  });

  it("repeats an idempotent call to a reset object once, but not to an overloaded one", async () => {
    const login = await TestScreen.begin();
    await login.scan();
    for (const [properties, status] of [
      [{ retryable: true }, 200],
      [{ durableObjectReset: true }, 200],
      [{ overloaded: true }, 503],
    ] as const) {
      vi.spyOn(LoginSession.prototype, "snapshot").mockImplementationOnce(() => {
        throw Object.assign(new Error("Network connection lost."), properties);
      });
      const path = `/sessions/${login.created.session_id}`;
      const answer = await api(path, { headers: login.bearer });
      expect([properties, answer.status]).toEqual([properties, status]);
    }
  });
});

/** An access token of this server. */
async function someAccessToken(): Promise<string> {
  const { createSigner: ownSigner } = await import("../../src/oidc/keys/jwt.ts");
  const sign = await ownSigner(env);
  const claims = { sub: "ada", client_id: "screen", scope: "openid", sid: madeUp(), jti: madeUp() };
  return await sign("at+jwt", claims, 60_000);
}
