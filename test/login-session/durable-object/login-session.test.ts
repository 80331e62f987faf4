import { runInDurableObject } from "cloudflare:test";
import { afterEach, describe, expect, it, vi } from "vitest";
import { Account } from "../../../src/accounts/account.ts";
import { sha256 } from "../../../src/lib/digest.ts";
import type { ScanResponse } from "../../../src/protocol/responses.ts";
import type { Snapshot } from "../../../src/protocol/snapshot.ts";
import { api, post, problemOf, redeem, VERIFIER } from "../../support/api.ts";
import { TestPhone } from "../../support/test-phone.ts";
import { TestScreen } from "../../support/test-screen.ts";
import { letTimePass, restoreClock, setClock } from "../../support/time.ts";
import { websocket } from "../../support/watchers.ts";

afterEach(() => {
  restoreClock();
  vi.restoreAllMocks();
});

const expiryOf = (login: TestScreen) => Date.parse(login.created.expires_at);
const snapshotOf = (login: TestScreen) =>
  api(`/sessions/${login.created.session_id}`, { headers: login.bearer });

/** Everything that the object has stored, as text. */
const stored = (login: TestScreen) =>
  runInDurableObject(login.stub, (_, { storage }) => JSON.stringify([...storage.kv.list()]));

/** A login that is approved, and its code. */
async function approved(): Promise<[TestScreen, string]> {
  const login = await TestScreen.begin();
  await login.approve(await login.scan());
  const { code } = await (await snapshotOf(login)).json<Snapshot>();
  return [login, code ?? ""];
}

describe("events for the history of the account", () => {
  it("retries an event for an account that was unavailable, and deletes it after delivery", async () => {
    const phone = await TestPhone.signUp();
    const { sub } = phone;
    const login = await TestScreen.begin();
    const path = `/sessions/${login.created.session_id}`;
    const scanned = await phone.post(`${path}/scan`, await login.code());
    const { scan_token } = await scanned.json<ScanResponse>();
    const reached = vi.spyOn(Account.prototype, "appendAuditEvent");
    reached.mockRejectedValueOnce(new Error("The object was reset."));
    expect((await phone.post(`${path}/deny`, { scan_token })).status).toBe(200);
    await expect.poll(() => reached.mock.settledResults[0]?.type).toBe("rejected");
    expect(await stored(login)).toContain("login_declined");

    await letTimePass(login.stub, Date.now() + 10_000);
    await expect.poll(async () => (await phone.history())[0]?.type).toBe("login_declined");
    await expect.poll(() => stored(login)).not.toContain("login_declined");
    expect(await stored(login)).toContain(sub);
  });
});

describe("the alarm of a session", () => {
  it("expires a session that nobody has scanned, and stores nothing of it", async () => {
    const login = await TestScreen.begin();
    const code = await login.code();
    await letTimePass(login.stub, expiryOf(login));
    const late = await post(`/sessions/${login.created.session_id}/scan`, code);
    expect(await problemOf(late)).toEqual([410, "session_expired"]);
    expect(await problemOf(await snapshotOf(login))).toEqual([410, "session_expired"]);
    await runInDurableObject(login.stub, async (_, { storage }) => {
      expect([...storage.kv.list()]).toEqual([]);
      expect(await storage.getAlarm()).toBeNull();
    });
  });

  it("expires the session on time even when the alarm is late [ASVS-6.5.5]", async () => {
    const login = await TestScreen.begin();
    const scan_token = await login.scan();
    setClock(expiryOf(login));
    expect(await (await snapshotOf(login)).json()).toMatchObject({ status: "expired" });
    const late = await post(`/sessions/${login.created.session_id}/deny`, { scan_token });
    expect(await problemOf(late)).toEqual([410, "session_expired"]);
  });

  it("changes nothing when the alarm comes early", async () => {
    const login = await TestScreen.begin();
    await letTimePass(login.stub, expiryOf(login) - 1000);
    expect(await (await snapshotOf(login)).json()).toMatchObject({ status: "pending", version: 1 });
    await runInDurableObject(login.stub, async (_, { storage }) => {
      expect(await storage.getAlarm()).toBe(expiryOf(login));
    });
  });

  it("notifies watchers of the expiry once, although the alarm may come twice", async () => {
    const [login] = await approved();
    const screen = await websocket(login);
    await screen.next();
    await letTimePass(login.stub, expiryOf(login) - 30_000);
    await letTimePass(login.stub, expiryOf(login) - 29_999);
    expect(await screen.next()).toMatchObject({ status: "expired", version: 4 });
    expect(await screen.next()).toBeUndefined();
  });

  it("expires a code after a minute", async () => {
    const [login, code] = await approved();
    setClock(Date.now() + 60_000);
    expect(await problemOf(await redeem(code))).toEqual([400, "invalid_grant"]);
    expect(await (await snapshotOf(login)).json()).toMatchObject({ status: "expired" });
  });
});

describe("commands at the same moment", () => {
  const outcomes = async (calls: Promise<{ ok: boolean }>[]) =>
    (await Promise.all(calls)).filter((result) => result.ok).length;
  const account = { sub: "ada" };

  it("accepts exactly one of several approvals by different accounts", async () => {
    const login = await TestScreen.begin();
    const token = await login.scan();
    const accounts = [{ sub: "ada" }, { sub: "eve" }, { sub: "grace" }];
    const calls = accounts.map((account) => login.stub.approve(token, { account, device: {} }));
    expect(await outcomes(calls)).toBe(1);
    expect(await (await snapshotOf(login)).json()).toMatchObject({
      status: "approved",
      version: 3,
    });
  });

  it("accepts either an approval or a denial, and sends all watchers the same", async () => {
    const login = await TestScreen.begin();
    const screens = [await websocket(login), await websocket(login)];
    const token = await login.scan();
    const calls = [login.stub.deny(token), login.stub.approve(token, { account, device: {} })];
    expect(await outcomes(calls)).toBe(1);
    const { status } = await (await snapshotOf(login)).json<Snapshot>();
    for (const screen of screens) {
      expect((await screen.next())?.status).toBe("pending");
      expect((await screen.next())?.status).toBe("scanned");
      expect((await screen.next())?.status).toBe(status);
    }
  });

  it("refuses an approval that comes with the expiry", async () => {
    const login = await TestScreen.begin();
    const token = await login.scan();
    const alarm = letTimePass(login.stub, expiryOf(login));
    const [result] = await Promise.all([login.stub.approve(token, { account, device: {} }), alarm]);
    expect(result).toMatchObject({ ok: false, error: "session_expired" });
    expect(await problemOf(await snapshotOf(login))).toEqual([410, "session_expired"]);
  });
});

describe("the storage of a session", () => {
  it("stores only hashes of secrets, apart from the rotating code's key [RFC6749-10.3]", async () => {
    const login = await TestScreen.begin();
    const scanToken = await login.scan();
    await login.approve(scanToken);
    const { code } = await (await snapshotOf(login)).json<Snapshot>();
    const text = await stored(login);
    for (const secret of [login.created.watch_token, scanToken, code ?? "", VERIFIER]) {
      expect(text).not.toContain(secret);
    }
    expect(text).toContain(await sha256(login.created.watch_token));
    const [sid, secret] = (code ?? "").split(".");
    expect(secret).toHaveLength(43);
    expect(text).not.toContain(secret);
    expect(text).toContain(await sha256(`${sid}.${secret}`));
  });

  it("writes two rows for a new session, one for the scan, one for the approval and none for the redemption", async () => {
    const login = await TestScreen.begin();
    const writes = await runInDurableObject(login.stub, (_, { storage }) => {
      const put = vi.spyOn(storage.kv, "put");
      const setAlarm = vi.spyOn(storage, "setAlarm");
      return () => [put.mock.calls.length, setAlarm.mock.calls.length];
    });
    const scanToken = await login.scan();
    expect(writes()).toEqual([1, 0]);
    await login.approve(scanToken);
    expect(writes()).toEqual([2, 0]);
    const { code } = await (await snapshotOf(login)).json<Snapshot>();
    await redeem(code ?? "");
    expect(writes()).toEqual([2, 0]);
  });
});
