import { afterEach, describe, expect, it } from "vitest";
import { begin, codeOf, problemOf } from "../support/api.ts";
import { beginFrom, Owner, snapshotOf } from "../support/owner.ts";
import { historyOf } from "../support/person.ts";
import { workerWith } from "../support/relying-party.ts";
import { restoreClock, setClock } from "../support/time.ts";

/** A code was passed on, and comes from more than one phone, or when it should be long gone. */

afterEach(restoreClock);

describe("a code that comes again", () => {
  it("warns the phone about rescans of its code and requires more from the third on [ATTACK-repeated-code]", async () => {
    const [login, ada, other] = [await begin(), await Owner.signUp(), await Owner.signUp("Bob")];
    const { scan_token, request } = await ada.scans(login);
    expect(request).toMatchObject({ repeats: 0, risk: { verdict: "allow" } });
    for (const _ of [1, 2]) await other.sends(login, "scan", await codeOf(login));
    await other.browser.post("/sessions/scan", { user_code: login.created.user_code });

    const again = await ada.looks(login, scan_token);
    expect(again.request).toMatchObject({ repeats: 3, risk: { verdict: "verify" } });
    const tapped = await ada.sends(login, "approve", { scan_token });
    expect(await problemOf(tapped)).toEqual([403, "match_required"]);
  });

  it("old, before anybody held the login, is told to whoever comes to hold it", async () => {
    const [login, ada] = [await begin(), await Owner.signUp()];
    const old = await codeOf(login);
    setClock(Date.now() + 15_000);
    await (await Owner.signUp("Bob")).sends(login, "scan", old);
    const { request } = await ada.scans(login, 15_000);
    expect(request?.risk.reasons).toContainEqual({ code: "code_repeated", count: 1 });
  });

  it("made up, though its login is known, counts for nothing: nobody is alarmed by noise", async () => {
    const [login, ada, other] = [await begin(), await Owner.signUp(), await Owner.signUp("Bob")];
    const { scan_token } = await ada.scans(login);
    await other.sends(login, "scan", { t: 0, mac: "m".repeat(16) });
    expect((await ada.looks(login, scan_token)).request).toMatchObject({ repeats: 0 });
  });

  it("records a rescan after the approval in the history of the account [ATTACK-repeated-code/3]", async () => {
    const [login, ada, other] = [await begin(), await Owner.signUp(), await Owner.signUp("Bob")];
    const { scan_token } = await ada.scans(login);
    await ada.approves(login, scan_token);
    await other.sends(login, "scan", await codeOf(login));
    const types = async () => (await historyOf(ada.browser)).map(({ type }) => type);
    await expect.poll(types).toContain("code_repeated");
  });

  it("records nothing for a made-up code after the end of the session [ATTACK-repeated-code/4]", async () => {
    const [login, ada, other] = [await begin(), await Owner.signUp(), await Owner.signUp("Bob")];
    const { scan_token } = await ada.scans(login);
    await ada.sends(login, "deny", { scan_token });
    for (let t = 0; t < 5; t++) await other.sends(login, "scan", { t, mac: "m".repeat(16) });
    // The genuine one comes after those, and so is there last.
    await other.sends(login, "scan", await codeOf(login));
    const repeats = async () =>
      (await historyOf(ada.browser)).filter(({ type }) => type === "code_repeated").length;
    await expect.poll(repeats).toBe(1);
  });

  it("denies the login after a rescan if the client's policy says so [ATTACK-repeated-code/2]", async () => {
    const worker = workerWith({ client_id: "bank", policy: { repeats: "end" } });
    const login = await beginFrom({ worker }, { client_id: "bank" });
    const ada = await Owner.signUp("Ada", { worker });
    const { scan_token } = await ada.scans(login);
    const bob = await Owner.signUp("Bob", { worker });
    const second = await bob.sends(login, "scan", await codeOf(login));
    expect(await problemOf(second)).toEqual([410, "code_repeated"]);
    expect((await snapshotOf(login)).status).toBe("denied");
    const approval = await ada.sends(login, "approve", { scan_token });
    expect(await problemOf(approval)).toEqual([410, "code_repeated"]);
  });
});
