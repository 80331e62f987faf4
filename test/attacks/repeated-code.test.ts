import { afterEach, describe, expect, it } from "vitest";
import { problemOf, withClients } from "../support/api.ts";
import { TestPhone } from "../support/test-phone.ts";
import { TestScreen } from "../support/test-screen.ts";
import { restoreClock, setClock } from "../support/time.ts";

/** A code is scanned by several phones, or after it has expired. */

afterEach(restoreClock);

describe("a code that is scanned again", () => {
  it("warns the phone about rescans of its code and requires more from the third on [ATTACK-repeated-code]", async () => {
    const [login, ada, other] = [
      await TestScreen.begin(),
      await TestPhone.signUp(),
      await TestPhone.signUp("Bob"),
    ];
    const { scan_token, request } = await ada.scan(login);
    expect(request).toMatchObject({ repeats: 0, risk: { verdict: "allow" } });
    for (const _ of [1, 2]) await other.send(login, "scan", await login.code());
    await other.post("/sessions/scan", { user_code: login.created.user_code });

    const again = await ada.view(login, scan_token);
    expect(again.request).toMatchObject({ repeats: 3, risk: { verdict: "verify" } });
    const tapped = await ada.send(login, "approve", { scan_token });
    expect(await problemOf(tapped)).toEqual([403, "match_required"]);
  });

  it("reports rescans of old codes to the phone that claims the login later", async () => {
    const [login, ada] = [await TestScreen.begin(), await TestPhone.signUp()];
    const old = await login.code();
    setClock(Date.now() + 15_000);
    await (await TestPhone.signUp("Bob")).send(login, "scan", old);
    const { request } = await ada.scan(login, 15_000);
    expect(request?.risk.reasons).toContainEqual({ code: "code_repeated", count: 1 });
  });

  it("does not count rescans of made-up codes", async () => {
    const [login, ada, other] = [
      await TestScreen.begin(),
      await TestPhone.signUp(),
      await TestPhone.signUp("Bob"),
    ];
    const { scan_token } = await ada.scan(login);
    await other.send(login, "scan", { t: 0, mac: "m".repeat(16) });
    expect((await ada.view(login, scan_token)).request).toMatchObject({ repeats: 0 });
  });

  it("records a rescan after the approval in the history of the account [ATTACK-repeated-code/3]", async () => {
    const [login, ada, other] = [
      await TestScreen.begin(),
      await TestPhone.signUp(),
      await TestPhone.signUp("Bob"),
    ];
    const { scan_token } = await ada.scan(login);
    await ada.approve(login, scan_token);
    await other.send(login, "scan", await login.code());
    const types = async () => (await ada.history()).map(({ type }) => type);
    await expect.poll(types).toContain("code_repeated");
  });

  it("records nothing for a made-up code after the end of the session [ATTACK-repeated-code/4]", async () => {
    const [login, ada, other] = [
      await TestScreen.begin(),
      await TestPhone.signUp(),
      await TestPhone.signUp("Bob"),
    ];
    const { scan_token } = await ada.scan(login);
    await ada.send(login, "deny", { scan_token });
    for (let t = 0; t < 5; t++) await other.send(login, "scan", { t, mac: "m".repeat(16) });
    // The genuine rescan comes last.
    await other.send(login, "scan", await login.code());
    const repeats = async () =>
      (await ada.history()).filter(({ type }) => type === "code_repeated").length;
    await expect.poll(repeats).toBe(1);
  });

  it("denies the login after a rescan if the client's policy says so [ATTACK-repeated-code/2]", async () => {
    const worker = withClients({ client_id: "bank", policy: { repeats: "end" } });
    const login = await TestScreen.begin({ client_id: "bank" }, { worker });
    const ada = await TestPhone.signUp("Ada", { worker });
    const { scan_token } = await ada.scan(login);
    const bob = await TestPhone.signUp("Bob", { worker });
    const second = await bob.send(login, "scan", await login.code());
    expect(await problemOf(second)).toEqual([410, "code_repeated"]);
    expect((await login.snapshot()).status).toBe("denied");
    const approval = await ada.send(login, "approve", { scan_token });
    expect(await problemOf(approval)).toEqual([410, "code_repeated"]);
  });
});
