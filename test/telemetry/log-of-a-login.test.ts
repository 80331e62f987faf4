import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { LogLine } from "../../src/telemetry/log-line.ts";
import type { Snapshot } from "../../src/protocol/snapshot.ts";
import { api, redeem } from "../support/api.ts";
import { TestPhone } from "../support/test-phone.ts";
import { TestScreen } from "../support/test-screen.ts";
import { letTimePass, restoreClock, setClock } from "../support/time.ts";

const log = vi.spyOn(console, "info").mockImplementation(() => undefined);

beforeEach(() => log.mockClear());
afterEach(restoreClock);

const told = (): LogLine[] => log.mock.calls.map(([line]): LogLine => JSON.parse(String(line)));
const typesTold = () => told().map(({ event }) => event);

describe("the log of a login", () => {
  it("logs each step of a login once and a reused code as an attack, without personal data", async () => {
    const phone = await TestPhone.signUp();
    const { sub } = phone;
    const login = await TestScreen.begin({}, { headers: { "CF-Connecting-IP": "198.51.100.7" } });
    const sid = login.created.session_id;
    const scan_token = await login.scan();
    expect((await phone.post(`/sessions/${sid}/approve`, { scan_token })).status).toBe(200);
    const watched = await api(`/sessions/${sid}`, { headers: login.bearer });
    const { code = "" } = await watched.json<Snapshot>();
    expect((await redeem(code)).status).toBe(200);
    expect((await redeem(code)).status).toBe(200);
    setClock(Date.now() + 60_000);
    expect((await redeem(code)).status).toBe(400);
    expect(typesTold()).toEqual([
      ...["account_created", "session_created", "session_scanned", "session_approved"],
      ...["session_redeemed", "session_refused", "device_ended", "attack"],
    ]);
    const attack = told().at(-1);
    expect(attack).toEqual({ event: "attack", client: "screen", session: sid, why: "code_reused" });
    const text = JSON.stringify(told());
    for (const secret of [
      sub,
      "Ada",
      "198.51.100.7",
      scan_token,
      code,
      login.created.watch_token,
    ]) {
      expect(text).not.toContain(secret);
    }
  });

  it("logs the expiry of an abandoned login session", async () => {
    const login = await TestScreen.begin();
    await letTimePass(login.stub, Date.parse(login.created.expires_at));
    expect(told().at(-1)).toMatchObject({ event: "session_expired", why: "pending" });
  });

  it("logs the expiry of an approved login session once", async () => {
    const phone = await TestPhone.signUp();
    const login = await TestScreen.begin();
    const path = `/sessions/${login.created.session_id}/approve`;
    await phone.post(path, { scan_token: await login.scan() });
    const expired = { event: "session_expired", why: "approved" };
    const end = Date.parse(login.created.expires_at);
    await letTimePass(login.stub, end);
    expect(told().at(-1)).toMatchObject(expired);
    await letTimePass(login.stub, end + 120_000);
    expect(typesTold().filter((type) => type === expired.event)).toHaveLength(1);
  });

  it("logs who ended a login", async () => {
    const phone = await TestPhone.signUp();
    const { sub } = phone;
    const login = await TestScreen.begin();
    const path = `/sessions/${login.created.session_id}`;
    await phone.post(`${path}/approve`, { scan_token: await login.scan() });
    const { code = "" } = await (await api(path, { headers: login.bearer })).json<Snapshot>();
    await redeem(code);
    await phone.post(`/account/devices/${login.created.session_id}/not-me`, {});
    expect(told().at(-1)).toMatchObject({ event: "device_ended", why: "stranger" });
    expect(JSON.stringify(told())).not.toContain(sub);
  });
});
