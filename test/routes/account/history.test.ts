import { env } from "cloudflare:workers";
import { afterEach, describe, expect, it } from "vitest";
import { accountStub } from "../../../src/accounts/account-stub.ts";
import { app } from "../../../src/app.ts";
import type { HistoryResponse } from "../../../src/protocol/history.ts";
import { logIn, storageOf } from "../../support/accounts.ts";
import { ISSUER, problemOf } from "../../support/api.ts";
import { TestBrowser } from "../../support/test-browser.ts";
import { TestPhone } from "../../support/test-phone.ts";
import { TestIssuer } from "../../support/issuer.ts";
import { letTimePass, restoreClock, setClock } from "../../support/time.ts";

afterEach(restoreClock);

const DAY = 24 * 3600 * 1000;

describe("the history of an account", () => {
  it("lists the events of an account, the newest first [QR-LOGIN-23]", async () => {
    const start = Date.now();
    setClock(start);
    const phone = await TestPhone.signUp();
    const { authenticator, sub } = phone;
    setClock(start + 1);
    phone.headers["User-Agent"] = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Firefox/140.0";
    await phone.signIn(authenticator);
    setClock(start + 2);
    const sid = await logIn(sub, { screen: { browser: "Safari 26", country: "AT" } });
    setClock(start + 3);
    await accountStub(env, sub).appendAuditEvent({
      type: "login_refused",
      clientId: "long-gone",
      reasons: [{ code: "hosting_network" }],
    });
    setClock(start + 4);
    await phone.delete(`/account/devices/${sid}`);
    const at = (after: number) => new Date(start + after).toISOString();
    const device = {
      sid,
      client: { client_id: "screen", name: "QR login" },
      browser: "Safari 26",
      country: "AT",
    };
    expect(await phone.history()).toEqual([
      { at: at(4), type: "device_ended", ...device },
      {
        at: at(3),
        type: "login_refused",
        client: { client_id: "long-gone", name: "long-gone" },
        reasons: [{ code: "hosting_network" }],
      },
      { at: at(2), type: "login", ...device },
      { at: at(1), type: "phone_signed_in", browser: "Firefox 140", system: "Linux" },
      { at: at(0), type: "account_created" },
    ]);
  });

  it("deletes history entries whose retention is over, and keeps the account", async () => {
    const phone = await TestPhone.signUp();
    const { authenticator, sub } = phone;
    await logIn(sub);
    await letTimePass(accountStub(env, sub), Date.now() + 365 * DAY);
    const { rows, alarm } = await storageOf(sub);
    expect(rows.map(([key]) => key.split(":")[0])).toEqual(["credential", "profile", "session"]);
    expect(alarm).toBeNull();
    expect((await phone.signIn(authenticator)).status).toBe(200);
  });

  it("exports the history as CSV", async () => {
    const phone = await TestPhone.signUp();
    const { sub } = phone;
    await accountStub(env, sub).appendAuditEvent({
      type: "passkey_added",
      name: '=HYPERLINK("https://evil.example")',
      city: "Graz, Austria",
    });
    const answer = await phone.get("/account/history?format=csv");
    expect(answer.headers.get("Content-Type")).toMatch(/^text\/csv/);
    expect(answer.headers.get("Content-Disposition")).toBe('attachment; filename="history.csv"');
    const [header, line, ...rest] = (await answer.text()).split("\r\n");
    expect(header).toBe(
      "at,type,client_id,client_name,sid,browser,system,city,country,name,what,reasons",
    );
    expect(line).toMatch(
      /^[\dT:.-]+Z,passkey_added,,,,,,"Graz, Austria",,"'=HYPERLINK\(""https:\/\/evil.example""\)",,$/,
    );
    expect(rest).toHaveLength(2);
  });

  it("limits the events that strangers can cause [QR-LOGIN-23/2]", async () => {
    const phone = await TestPhone.signUp();
    const { sub } = phone;
    for (let i = 0; i < 30; i++) {
      await accountStub(env, sub).appendAuditEvent({ type: "attack", what: "code_reused" });
    }
    const types = (await phone.history()).map(({ type }) => type);
    expect(types.filter((type) => type === "attack")).toHaveLength(10);
    expect(types).toContain("account_created");
  });

  it("shows each user only their own history", async () => {
    const [ada, eve] = [await TestPhone.signUp(), await TestPhone.signUp()];
    const sid = await logIn(ada.sub);
    expect(JSON.stringify(await eve.history())).not.toContain(sid);
    const nobody = await new TestBrowser().get("/account/history");
    expect(await problemOf(nobody)).toEqual([401, "sign_in_required"]);
  });

  it("shows the history to an app with a token of a trusted issuer", async () => {
    const issuer = await TestIssuer.start("ES256", { subject_prefix: "acme:" });
    const sub = `acme:${crypto.randomUUID()}`;
    const sid = await logIn(sub);
    const token = await issuer.token({ sub: sub.slice("acme:".length) });
    const headers = { Authorization: `Bearer ${token}` };
    const answer = await app.fetch(new Request(`${ISSUER}/account/history`, { headers }), {
      ...env,
      ISSUERS: [issuer.trusted],
    });
    expect((await answer.json<HistoryResponse>()).events).toMatchObject([{ type: "login", sid }]);
  });

  it.each(["xml", "", "CSV"])("rejects the history format %j", async (format) => {
    const phone = await TestPhone.signUp();
    const answer = await phone.get(`/account/history?format=${format}`);
    expect(await problemOf(answer)).toEqual([400, "invalid_request"]);
  });

  it("rejects writing methods on the history", async () => {
    const phone = await TestPhone.signUp();
    for (const answer of [
      await phone.post("/account/history", { type: "attack" }),
      await phone.delete("/account/history"),
    ]) {
      expect(answer.headers.get("Allow")).toBe("GET");
      expect(await problemOf(answer)).toEqual([405, "method_not_allowed"]);
    }
  });
});
