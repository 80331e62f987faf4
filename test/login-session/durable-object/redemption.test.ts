import { evictDurableObject, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { decodeJwt } from "jose";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Account } from "../../../src/accounts/account.ts";
import { accountStub, pipelined } from "../../../src/accounts/account-stub.ts";
import { sessionStub } from "../../../src/login-session/durable-object/session-stub.ts";
import type { TokenResponse } from "../../../src/oidc/token/tokens.ts";
import type { Snapshot } from "../../../src/protocol/snapshot.ts";
import { api, madeUp, post, problemOf, redeem, VERIFIER } from "../../support/api.ts";
import { TestPhone } from "../../support/test-phone.ts";
import { TestScreen } from "../../support/test-screen.ts";
import { DpopKey } from "../../support/dpop-key.ts";
import { letTimePass, restoreClock, setClock } from "../../support/time.ts";
import { websocket } from "../../support/watchers.ts";

/**
 * A login session and the record of its login are kept by two objects. Whatever happens between them,
 * the account's record decides, and everybody is told the same.
 */

const warnings = vi.spyOn(console, "warn").mockImplementation(() => undefined);
beforeEach(() => warnings.mockClear());
afterEach(() => {
  restoreClock();
  vi.restoreAllMocks();
  vi.spyOn(console, "warn").mockImplementation(() => undefined);
});

interface Approved {
  login: TestScreen;
  code: string;
  sub: string;
}

/** A login that somebody approved whose account nothing else is known of. */
async function approved(): Promise<Approved> {
  const login = await TestScreen.begin({ scope: "openid offline_access" });
  const sub = `acme:${madeUp()}`;
  await login.approve(await login.scan(), { sub });
  const { code } = await (await snapshotOf(login)).json<Snapshot>();
  if (code === undefined) throw new Error("no code");
  return { login, code, sub };
}

const snapshotOf = ({ created, bearer }: TestScreen) =>
  api(`/sessions/${created.session_id}`, { headers: bearer });

const cancel = ({ created, bearer }: TestScreen) =>
  post(`/sessions/${created.session_id}/cancel`, {}, bearer);

const expiryOf = ({ created }: TestScreen) => Date.parse(created.expires_at);

/** What the session's object has stored, and its alarm. */
const storedBy = ({ stub }: Pick<TestScreen, "stub">) =>
  runInDurableObject(stub, async (_, { storage }) => ({
    rows: Array.from(storage.kv.list(), ([key]) => key),
    alarm: await storage.getAlarm(),
  }));

const NOTHING = { rows: [], alarm: null };

async function tokensOf(answer: Response): Promise<TokenResponse> {
  expect(answer.status).toBe(200);
  return await answer.json<TokenResponse>();
}

const isLoggedIn = ({ login, sub }: Approved) =>
  accountStub(env, sub).isLoggedIn(login.created.session_id);

const historyOf = async ({ sub }: Approved) =>
  (await accountStub(env, sub).history()).map(({ type }) => type);

/** What a session asks its account. */
type Question = "beginLogin" | "voidCode";

/** Has the account decide, and then does something before the session hears the answer. */
function afterDeciding(question: Question, then: () => Promise<void>): void {
  const accounts: Record<Question, (...parameters: never[]) => unknown> = Account.prototype;
  const decide = accounts[question];
  vi.spyOn(accounts, question).mockImplementationOnce(async function (
    this: Account,
    ...parameters
  ) {
    const decided = await decide.apply(this, parameters);
    await then();
    return decided;
  });
}

/** Has the account take the redemption, whose answer never reaches the session. */
function loseTheAnswer(): void {
  afterDeciding("beginLogin", () => Promise.reject(new Error("The object was reset.")));
}

/** Has the account decide, and its answer wait until it is let go. */
function holdTheAnswer(question: Question = "beginLogin"): {
  decided: () => Promise<void>;
  letGo: () => void;
} {
  // A promise would take who waits for it into the account's own context.
  let [isDecided, isHeld] = [false, true];
  afterDeciding(question, async () => {
    isDecided = true;
    await vi.waitUntil(() => !isHeld, { timeout: 60_000 });
  });
  return {
    decided: () => expect.poll(() => isDecided).toBe(true),
    letGo: () => {
      isHeld = false;
    },
  };
}

/** The login whose account has recorded it, but whose session does not know. */
async function recordedUnheard(): Promise<Approved> {
  const login = await approved();
  loseTheAnswer();
  const lost = await redeem(login.code);
  expect(lost.status).toBeGreaterThanOrEqual(500);
  expect(await isLoggedIn(login)).toBe(true);
  return login;
}

describe("a redeemed session", () => {
  it("stores neither a row nor an alarm of a redeemed session, and writes one row in the account", async () => {
    const { login, code, sub } = await approved();
    await tokensOf(await redeem(code));
    expect(await storedBy(login)).toEqual(NOTHING);
    const rows = await runInDurableObject(accountStub(env, sub), (_, { storage }) =>
      Array.from(storage.kv.list(), ([key]) => key),
    );
    expect(rows).toEqual([`login:${login.created.session_id}`]);
  });

  it("notifies the watchers of a redemption and closes their sockets", async () => {
    const { login, code } = await approved();
    const screen = await websocket(login);
    expect(await screen.next()).toMatchObject({ status: "approved" });
    await redeem(code);
    expect(await screen.next()).toMatchObject({ status: "redeemed", version: 4 });
    expect(await screen.next()).toBeUndefined();
  });

  it("reports a redeemed session while its object is in memory, and an expired one after that", async () => {
    const { login, code } = await approved();
    await tokensOf(await redeem(code));
    expect(await (await snapshotOf(login)).json()).toMatchObject({ status: "redeemed" });
    expect(await problemOf(await cancel(login))).toEqual([409, "already_approved"]);
    await evictDurableObject(login.stub);
    expect(await problemOf(await snapshotOf(login))).toEqual([410, "session_expired"]);
    expect(await problemOf(await cancel(login))).toEqual([410, "session_expired"]);
  });

  it("stores the end of a redeemed session whose code does not name its account", async () => {
    const { login, code } = await approved();
    // As an earlier version has stored an approval.
    await runInDurableObject(login.stub, (_, { storage }) => {
      const session = storage.kv.get<{ approval: object }>("session");
      const { accountReference: __, ...approval } = { accountReference: "", ...session?.approval };
      storage.kv.put("session", { ...session, approval });
    });
    const [sid, secret] = code.split(".");
    const short = `${sid}.${secret}`;
    const { code: shown } = await (await snapshotOf(login)).json<Snapshot>();
    expect(shown).toBe(short);
    const first = await tokensOf(await redeem(short));
    await evictDurableObject(login.stub);
    expect((await tokensOf(await redeem(short))).refresh_token).toBe(first.refresh_token);
    expect((await storedBy(login)).rows).toEqual(["session"]);
    await letTimePass(login.stub, expiryOf(login) + 60_000);
    expect(await storedBy(login)).toEqual(NOTHING);
  });
});

describe("a code whose session is deleted", () => {
  it("returns the tokens again for a code that is retried within a minute, and writes nothing", async () => {
    const approval = await approved();
    const { login, code, sub } = approval;
    const first = await tokensOf(await redeem(code));
    const record = () =>
      runInDurableObject(accountStub(env, sub), (_, { storage }) => [...storage.kv.list()]);
    const before = await record();
    await evictDurableObject(login.stub);
    setClock(Date.now() + 59_000);
    const again = await tokensOf(await redeem(code));
    expect(again.refresh_token).toBe(first.refresh_token);
    expect(decodeJwt(again.id_token ?? "")["sid"]).toBe(login.created.session_id);
    expect(await record()).toEqual(before);
    expect(await historyOf(approval)).toEqual(["login"]);
  });

  it.each([
    ["a minute", 60_000],
    ["an hour", 3_600_000],
    ["29 days", 29 * 24 * 3_600_000],
  ])("ends the login when its code is used again after %s [RFC6749-4.1.2/4]", async (_, later) => {
    const approval = await approved();
    const { login, code } = approval;
    await tokensOf(await redeem(code));
    await evictDurableObject(login.stub);
    setClock(Date.now() + later);
    expect(await problemOf(await redeem(code))).toEqual([400, "invalid_grant"]);
    expect(await isLoggedIn(approval)).toBe(false);
    expect(await historyOf(approval)).toContain("attack");
  });

  it("rejects a code whose login was ended, and reports no attack", async () => {
    const approval = await approved();
    const { code, login, sub } = approval;
    await tokensOf(await redeem(code));
    await evictDurableObject(login.stub);
    await pipelined(accountStub(env, sub).devices()).end(
      login.created.session_id,
      "owner",
      undefined,
    );
    expect(await problemOf(await redeem(code))).toEqual([400, "invalid_grant"]);
    expect(await historyOf(approval)).not.toContain("attack");
  });

  it("calls no account for a forged reference in a code", async () => {
    const { login, code } = await approved();
    await tokensOf(await redeem(code));
    await evictDurableObject(login.stub);
    const asked = vi.spyOn(Account.prototype, "redeemAgain");
    const [sid, secret] = code.split(".");
    const answer = await redeem(`${sid}.${secret}.${madeUp()}`);
    expect(await problemOf(answer)).toEqual([400, "invalid_grant"]);
    expect(asked).not.toHaveBeenCalled();
  });
});

describe("a code that was redeemed with a DPoP proof", () => {
  const redeemWith = async (code: string, proof: string): Promise<Response> => {
    const body = new URLSearchParams({
      grant_type: "authorization_code",
      code,
      code_verifier: VERIFIER,
      client_id: "screen",
    });
    return await api("/token", { method: "POST", headers: { DPoP: proof }, body });
  };

  it("returns the tokens again for a code that is retried with a new proof of the same key", async () => {
    const [key, { login, code }] = [await DpopKey.make(), await approved()];
    const first = await tokensOf(await redeemWith(code, await key.proof()));
    for (const isEvicted of [false, true]) {
      if (isEvicted) await evictDurableObject(login.stub);
      const again = await tokensOf(await redeemWith(code, await key.proof()));
      expect(again).toMatchObject({ token_type: "DPoP", refresh_token: first.refresh_token });
    }
  });

  it("rejects a retried code with the same proof, and ends no login", async () => {
    const [key, approval] = [await DpopKey.make(), await approved()];
    const { login, code } = approval;
    const proof = await key.proof();
    await tokensOf(await redeemWith(code, proof));
    for (const isEvicted of [false, true]) {
      if (isEvicted) await evictDurableObject(login.stub);
      const replayed = await redeemWith(code, proof);
      expect(await problemOf(replayed)).toEqual([400, "invalid_dpop_proof"]);
    }
    expect(await isLoggedIn(approval)).toBe(true);
  });

  it.each<[string, () => Promise<(code: string) => Promise<Response>>]>([
    [
      "another key",
      async () => {
        const proof = await (await DpopKey.make()).proof();
        return (code) => redeemWith(code, proof);
      },
    ],
    ["no key", () => Promise.resolve((code) => redeem(code))],
  ])("ends the login when its code is used again with %s, however soon", async (_, other) => {
    const [key, approval] = [await DpopKey.make(), await approved()];
    const { code } = approval;
    await tokensOf(await redeemWith(code, await key.proof()));
    const answer = await (await other())(code);
    expect(await problemOf(answer)).toEqual([400, "invalid_grant"]);
    expect(await isLoggedIn(approval)).toBe(false);
  });

  it("stores a proof as used only if the code and its verifier are right", async () => {
    const [key, { login, code }] = [await DpopKey.make(), await approved()];
    const auditEvent = () =>
      runInDurableObject(
        env.REPLAYS.get(env.REPLAYS.idFromName(`key:${key.jkt.charAt(0)}`)),
        (_, { storage }) => [...storage.kv.list()].length,
      );
    const before = await auditEvent();
    const [sid] = code.split(".");
    const wrong = [
      `${sid}.${madeUp()}`,
      `${madeUp()}.${madeUp()}`,
      `${code.slice(0, 88)}${madeUp()}`,
      "code",
    ];
    for (const each of wrong) {
      const answer = await redeemWith(each, await key.proof());
      expect(await problemOf(answer)).toEqual([400, "invalid_grant"]);
    }
    expect(await auditEvent()).toBe(before);
    await tokensOf(await redeemWith(code, await key.proof()));
    expect(await auditEvent()).toBe(before + 1);
    await evictDurableObject(login.stub);
    const again = await redeemWith(`${sid}.${madeUp()}.${code.split(".")[2]}`, await key.proof());
    expect(await problemOf(again)).toEqual([400, "invalid_grant"]);
    expect(await auditEvent()).toBe(before + 1);
  });
});

describe("a session that loses its account's response", () => {
  it("redeems one login when the account's answer was lost and the client retries [RFC9700-4.5.3]", async () => {
    const approval = await recordedUnheard();
    const { login, code } = approval;
    expect(await (await snapshotOf(login)).json()).toMatchObject({ status: "approved" });
    const screen = await websocket(login);
    expect(await screen.next()).toMatchObject({ status: "approved" });
    const { id_token } = await tokensOf(await redeem(code));
    expect(decodeJwt(id_token ?? "")["sid"]).toBe(login.created.session_id);
    expect(await screen.next()).toMatchObject({ status: "redeemed" });
    expect(await storedBy(login)).toEqual(NOTHING);
    expect(await historyOf(approval)).toEqual(["login"]);
  });

  it("redeems one login when the object was reset and the client retries", async () => {
    const approval = await approved();
    const { login, code } = approval;
    const { decided, letGo } = holdTheAnswer();
    const lost = redeem(code);
    await decided();
    const reset = runInDurableObject(login.stub, (_, state) => state.abort("reset by a test"));
    await expect(reset).rejects.toThrow("reset by a test");
    letGo();
    expect((await lost).status).toBeGreaterThanOrEqual(500);
    // Whoever held the object before holds nothing now.
    const stub = sessionStub(env, login.created.session_id);
    if (!stub) throw new Error("the session has no object");
    await tokensOf(await redeem(code));
    expect(await storedBy({ stub })).toEqual(NOTHING);
    expect(await historyOf(approval)).toEqual(["login"]);
  });

  it("redeems one login when the client lost the connection and retries", async () => {
    const approval = await approved();
    const { login, code } = approval;
    const { decided, letGo } = holdTheAnswer();
    const client = new AbortController();
    const body = new URLSearchParams({
      grant_type: "authorization_code",
      code,
      code_verifier: VERIFIER,
      client_id: "screen",
    });
    const gone = api("/token", { method: "POST", body, signal: client.signal });
    await decided();
    client.abort();
    await expect(gone).rejects.toThrow();
    const next = redeem(code);
    letGo();
    await tokensOf(await next);
    expect(await storedBy(login)).toEqual(NOTHING);
    expect(await historyOf(approval)).toEqual(["login"]);
  });

  it("ends as redeemed when the screen cancels after a lost response", async () => {
    const approval = await recordedUnheard();
    const { login } = approval;
    const screen = await websocket(login);
    await screen.next();
    expect(await problemOf(await cancel(login))).toEqual([409, "already_approved"]);
    expect(await screen.next()).toMatchObject({ status: "redeemed" });
    expect(await isLoggedIn(approval)).toBe(true);
    expect(await storedBy(login)).toEqual(NOTHING);
  });

  it("ends as redeemed when its code expires after a lost response, by the alarm or the first request", async () => {
    const [byAlarm, byWatcher] = [await recordedUnheard(), await recordedUnheard()];
    const screens = [await websocket(byAlarm.login), await websocket(byWatcher.login)];
    for (const screen of screens) await screen.next();
    await letTimePass(byAlarm.login.stub, expiryOf(byWatcher.login) + 1);
    expect(await (await snapshotOf(byWatcher.login)).json()).toMatchObject({ status: "redeemed" });
    for (const screen of screens) {
      expect(await screen.next()).toMatchObject({ status: "redeemed", version: 4 });
    }
    for (const approval of [byAlarm, byWatcher]) {
      expect(await isLoggedIn(approval)).toBe(true);
      expect(await storedBy(approval.login)).toEqual(NOTHING);
    }
  });

  it("ends the login when its code is used with another key after a lost response", async () => {
    const approval = await recordedUnheard();
    const { login, code } = approval;
    const key = await DpopKey.make();
    const body = new URLSearchParams({
      grant_type: "authorization_code",
      code,
      code_verifier: VERIFIER,
      client_id: "screen",
    });
    const headers = { DPoP: await key.proof() };
    const stolen = await api("/token", { method: "POST", headers, body });
    expect(await problemOf(stolen)).toEqual([400, "invalid_grant"]);
    expect(await isLoggedIn(approval)).toBe(false);
    expect(await storedBy(login)).toEqual(NOTHING);
  });
});

describe("a session whose account is unavailable", () => {
  const unreachable = (method: "beginLogin" | "voidCode") =>
    vi.spyOn(Account.prototype, method).mockRejectedValueOnce(new Error("The object was reset."));

  it("stays approved with a valid code while its account is unavailable", async () => {
    const { login, code } = await approved();
    unreachable("beginLogin");
    expect((await redeem(code)).status).toBeGreaterThanOrEqual(500);
    expect(await (await snapshotOf(login)).json()).toMatchObject({ status: "approved" });
    await tokensOf(await redeem(code));
  });

  it("is not cancelled before its account has responded", async () => {
    const { login, code } = await approved();
    unreachable("voidCode");
    expect((await cancel(login)).status).toBeGreaterThanOrEqual(500);
    expect((await cancel(login)).status).toBe(204);
    expect(await problemOf(await redeem(code))).toEqual([400, "invalid_grant"]);
  });

  it("is not expired before its account has responded, and sets the alarm again", async () => {
    const { login } = await approved();
    const screen = await websocket(login);
    await screen.next();
    unreachable("voidCode");
    const now = expiryOf(login);
    await letTimePass(login.stub, now);
    expect(await storedBy(login)).toEqual({ rows: ["session"], alarm: now + 5_000 });
    await letTimePass(login.stub, now + 5_000);
    expect(await screen.next()).toMatchObject({ status: "expired" });
  });
});

describe("a redemption and another end at the same time", () => {
  it.each([1, 2, 3])(
    "accepts either a redemption or a cancellation at the same moment (%i)",
    async () => {
      const approval = await approved();
      const { login, code } = approval;
      const screen = await websocket(login);
      await screen.next();
      const [redeemed, cancelled] = await Promise.all([redeem(code), cancel(login)]);
      const wins = redeemed.status === 200;
      expect(cancelled.status).toBe(wins ? 409 : 204);
      expect(await screen.next()).toMatchObject({ status: wins ? "redeemed" : "cancelled" });
      expect(await isLoggedIn(approval)).toBe(wins);
    },
  );

  it("delays a cancellation until the account has responded to a redemption", async () => {
    const approval = await approved();
    const { login, code } = approval;
    const { decided, letGo } = holdTheAnswer();
    const redeemed = redeem(code);
    await decided();
    const cancelled = cancel(login);
    // It has come to the object when this has.
    expect(await (await snapshotOf(login)).json()).toMatchObject({ status: "approved" });
    letGo();
    await tokensOf(await redeemed);
    expect(await problemOf(await cancelled)).toEqual([409, "already_approved"]);
    expect(await isLoggedIn(approval)).toBe(true);
  });

  it("delays a redemption until the account has responded to a cancellation", async () => {
    const approval = await approved();
    const { login, code } = approval;
    const screen = await websocket(login);
    await screen.next();
    const { decided, letGo } = holdTheAnswer("voidCode");
    const cancelled = cancel(login);
    await decided();
    const redeemed = redeem(code);
    // It has come to the object when this has.
    expect(await (await snapshotOf(login)).json()).toMatchObject({ status: "approved" });
    letGo();
    expect((await cancelled).status).toBe(204);
    expect(await problemOf(await redeemed)).toEqual([400, "invalid_grant"]);
    expect(await screen.next()).toMatchObject({ status: "cancelled" });
    expect(await isLoggedIn(approval)).toBe(false);
  });

  it("delays the expiry until the account has responded to a redemption", async () => {
    const approval = await approved();
    const { login, code } = approval;
    const screen = await websocket(login);
    await screen.next();
    const { decided, letGo } = holdTheAnswer();
    const redeemed = redeem(code);
    await decided();
    const expired = letTimePass(login.stub, expiryOf(login) + 1);
    letGo();
    await tokensOf(await redeemed);
    await expired;
    expect(await screen.next()).toMatchObject({ status: "redeemed" });
    expect(await isLoggedIn(approval)).toBe(true);
    expect(await storedBy(login)).toEqual(NOTHING);
  });

  it("never starts a cancelled login by a redemption that reaches its account late", async () => {
    const approval = await approved();
    const { login, sub } = approval;
    expect((await cancel(login)).status).toBe(204);
    const grant = {
      sessionId: login.created.session_id,
      clientId: "screen",
      scope: "openid",
      account: { sub },
      approvedAt: Date.now(),
      screen: {},
    };
    const expiresAt = Date.now() + 3_600_000;
    using late = await accountStub(env, sub).beginLogin({ grant, expiresAt });
    expect(late).toMatchObject({ ok: false, error: "login_ended" });
  });
});

describe("an approval whose response was lost", () => {
  it("responds with already_approved when an approval is retried after the session is deleted", async () => {
    const [ada, login] = [await TestPhone.signUp(), await TestScreen.begin()];
    const { scan_token } = await ada.scan(login);
    expect((await ada.approve(login, scan_token)).status).toBe(200);
    const { code = "" } = await (await snapshotOf(login)).json<Snapshot>();
    await tokensOf(await redeem(code));
    await evictDurableObject(login.stub);
    const eve = await TestPhone.signUp("Eve");
    for (const what of ["approve", "scan"]) {
      const again = await ada.send(login, what, { scan_token });
      expect(await problemOf(again)).toEqual([409, "already_approved"]);
      const other = await eve.send(login, what, { scan_token });
      expect(await problemOf(other)).toEqual([410, "session_expired"]);
    }
  });

  it("leaves memory after a repeated redemption", async () => {
    const login = await TestScreen.begin();
    const code = await (await TestPhone.signUp()).approvedCode(login);
    await tokensOf(await redeem(code));
    await tokensOf(await redeem(code));
    // It waits as long as somebody holds a result of the object.
    await evictDurableObject(login.stub);
    await tokensOf(await redeem(code));
  });
});
