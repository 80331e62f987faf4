import type { PublicKeyCredentialCreationOptionsJSON } from "@simplewebauthn/server";
import { env } from "cloudflare:workers";
import { afterEach, describe, expect, it, vi } from "vitest";
import { app } from "../../src/app.ts";
import { Account } from "../../src/accounts/account.ts";
import { accountStub } from "../../src/accounts/account-stub.ts";
import { LoginSession } from "../../src/login-session/durable-object/login-session.ts";
import { Replays } from "../../src/oidc/dpop/jti-replay-cache.ts";
import {
  api,
  begin,
  codeOf,
  CREATION,
  ISSUER,
  madeUp,
  post,
  problemOf,
  redeem,
  scan,
} from "../support/api.ts";
import { Authenticator } from "../support/authenticator.ts";
import { Browser } from "../support/browser.ts";
import { resetBeforeWrite } from "./object-reset.ts";
import { approvedBy, Owner, snapshotOf } from "../support/owner.ts";
import { workerWith } from "../support/relying-party.ts";

/**
 * An object is reset in the middle of a call, by a deployment, a crash or a move to another machine.
 * Whoever asked is told to come back, and what they ask again succeeds.
 */

// The operator is told of each reset.
vi.spyOn(console, "warn").mockImplementation(() => undefined);
afterEach(() => vi.restoreAllMocks());

const SCOPE = "openid offline_access";

interface Attempt {
  /** Whose reset it is. */
  object: DurableObjectStub;
  send: () => Promise<Response>;
}

/**
 * Makes the attempt anew for each write that it comes to, resets the object before that one, and sends the
 * request again. Tells how many writes there were.
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
    expect([nth, again.status]).toEqual([
      nth,
      [201, 204].includes(again.status) ? again.status : 200,
    ]);
  }
}

describe("a request whose object was reset before one of its writes is answered 503, and repeated", () => {
  it("by the phone that scans", async () => {
    const writes = await resetBeforeEachWrite(async () => {
      const login = await begin();
      const body = { ...(await codeOf(login)), new_scan_token: madeUp() };
      const path = `/sessions/${login.created.session_id}/scan`;
      return { object: login.stub, send: () => post(path, body) };
    });
    expect(writes).toBeGreaterThan(0);
  });

  it("by the phone that approves, or declines", async () => {
    for (const decision of ["approve", "deny"]) {
      const writes = await resetBeforeEachWrite(async () => {
        const [owner, login] = [await Owner.signUp(), await begin()];
        const { scan_token } = await owner.scans(login);
        return { object: login.stub, send: () => owner.sends(login, decision, { scan_token }) };
      });
      expect(writes).toBeGreaterThan(0);
    }
  });

  it("by the screen that cancels, or asks for a code to type", async () => {
    for (const what of ["cancel", "user-code"]) {
      const writes = await resetBeforeEachWrite(async () => {
        const { created, stub, bearer } = await begin({ user_code: false });
        const path = `/sessions/${created.session_id}/${what}`;
        return { object: stub, send: () => post(path, {}, bearer) };
      });
      expect(writes).toBeGreaterThan(0);
    }
  });

  it("by the client that redeems its code, whichever of the two objects it was", async () => {
    for (const which of ["session", "account"]) {
      const writes = await resetBeforeEachWrite(async () => {
        const [owner, login] = [await Owner.signUp(), await begin({ scope: SCOPE })];
        const code = await approvedBy(owner, login);
        const object = which === "session" ? login.stub : accountStub(env, owner.sub);
        return { object, send: () => redeem(code) };
      });
      expect(writes).toBeGreaterThan(0);
    }
  });

  it("by the client that refreshes", async () => {
    const writes = await resetBeforeEachWrite(async () => {
      const [owner, login] = [await Owner.signUp(), await begin({ scope: SCOPE })];
      const tokens = await redeem(await approvedBy(owner, login));
      const { refresh_token } = await tokens.json<{ refresh_token: string }>();
      const body = { grant_type: "refresh_token", client_id: "screen", refresh_token };
      const send = () => api("/token", { method: "POST", body: new URLSearchParams(body) });
      return { object: accountStub(env, owner.sub), send };
    });
    expect(writes).toBeGreaterThan(0);
  });
});

describe("a passkey's response", () => {
  /** The object is reset before each of the writes. The same request succeeds when it is repeated. */
  const expectRepeatable = async (prepare: () => Promise<Attempt>) => {
    expect(await resetBeforeEachWrite(prepare)).toBeGreaterThan(0);
  };
  const someOwner = async () => {
    const owner = await Owner.signUp();
    return { owner, object: accountStub(env, owner.sub) };
  };

  it("is accepted after a 503, if it signs in", async () => {
    await expectRepeatable(async () => {
      const { owner, object } = await someOwner();
      const browser = new Browser();
      const response = await owner.authenticator.get(await browser.signInOptions());
      return { object, send: () => browser.post("/account/sign-in", { response }) };
    });
  });

  it("is accepted after a 503, if it adds a passkey", async () => {
    await expectRepeatable(async () => {
      const { owner, object } = await someOwner();
      const begun = await owner.browser.post("/account/passkeys/options", {});
      const { options } = await begun.json<{ options: PublicKeyCredentialCreationOptionsJSON }>();
      const response = await (await Authenticator.make(ISSUER)).create(options);
      return { object, send: () => owner.browser.post("/account/passkeys", { response }) };
    });
  });

  it("is accepted after a 503, if it signs an approval", async () => {
    await expectRepeatable(async () => {
      const { owner, object } = await someOwner();
      const login = await begin();
      const { scan_token } = await owner.scans(login);
      const assertion = await owner.signs(login, scan_token);
      return { object, send: () => owner.sends(login, "approve", { scan_token, assertion }) };
    });
  });

  const registration = async () => {
    const browser = new Browser();
    const options = await browser.registrationOptions();
    const response = await (await Authenticator.make(ISSUER)).create(options);
    return () => browser.post("/account/register", { response });
  };
  const unavailable = () => {
    throw Object.assign(new Error("Network connection lost."), { retryable: true });
  };

  it("is accepted after a 503, if it registers", async () => {
    const register = await registration();
    vi.spyOn(Replays.prototype, "use").mockImplementationOnce(unavailable);
    expect(await problemOf(await register())).toEqual([503, "temporarily_unavailable"]);
    expect((await register()).status).toBe(201);
  });

  it("registers although the account was not available at first", async () => {
    const register = await registration();
    vi.spyOn(Account.prototype, "register").mockImplementationOnce(unavailable);
    expect((await register()).status).toBe(201);
  });
});

/** Has the session be reset when it has carried out the next call of this method, before its answer is out. */
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
      // All that it wrote is on disk.
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

  it("by the phone that has scanned, approved or declined", async () => {
    for (const decision of ["approve", "deny"] as const) {
      const [owner, login] = [await Owner.signUp(), await begin()];
      const scan_token = madeUp();
      const code = { ...(await codeOf(login)), new_scan_token: scan_token };
      loseTheAnswerOf("scan");
      await isRepeated(() => owner.sends(login, "scan", code), 200);
      loseTheAnswerOf(decision);
      await isRepeated(() => owner.sends(login, decision, { scan_token }), 200);
      const status = decision === "approve" ? "approved" : "denied";
      expect(await snapshotOf(login)).toMatchObject({ status, version: 3 });
    }
  });

  it("by the screen that has cancelled", async () => {
    const login = await begin();
    const path = `/sessions/${login.created.session_id}/cancel`;
    loseTheAnswerOf("cancel");
    await isRepeated(() => post(path, {}, login.bearer), 204);
    expect(await snapshotOf(login)).toMatchObject({ status: "cancelled", version: 2 });
  });
});

describe("an object that is not available", () => {
  /** The Worker, where each object of a namespace fails as the runtime says that it does. */
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
    const clients = workerWith(
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
    "is told in the words of each endpoint, with 503 and when to come back: %j",
    async (properties) => {
      const { created, bearer } = await begin();
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

  it("is an error of the server where it was not the platform's fault", async () => {
    const errors = vi.spyOn(console, "error").mockImplementation(() => undefined);
    const { created, bearer } = await begin();
    const worker = failing(OBJECTS, { remote: true });
    const answer = await app.request(
      `/sessions/${created.session_id}`,
      { headers: bearer },
      worker,
    );
    expect(await problemOf(answer)).toEqual([500, "internal_error"]);
    expect(errors).toHaveBeenCalled();
  });

  it("is told to the client of a browser that wanted to log in (RFC 6749 §4.1.2.1)", async () => {
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

  it("is asked once more for what may be asked twice, and not where it is overloaded", async () => {
    const login = await begin();
    await scan(login);
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

/** An access token of ours, to be asked about. */
async function someAccessToken(): Promise<string> {
  const { createSigner: ownSigner } = await import("../../src/oidc/keys/jwt.ts");
  const sign = await ownSigner(env);
  const claims = { sub: "ada", client_id: "screen", scope: "openid", sid: madeUp(), jti: madeUp() };
  return await sign("at+jwt", claims, 60_000);
}
