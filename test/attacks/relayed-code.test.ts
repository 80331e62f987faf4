import { beforeAll, describe, expect, it } from "vitest";
import { problemOf, type Begun } from "../support/api.ts";
import { beginFrom, Owner, PLACES, snapshotOf } from "../support/owner.ts";
import { historyOf } from "../support/person.ts";
import { workerWith } from "../support/relying-party.ts";

/**
 * The attack that matters: somebody begins a login on a machine of his own, and has the phone's owner
 * scan its code, which he shows them live, in a page, a call or a chat.
 */

const { berlin, potsdam, munich, moscow, rented, tor } = PLACES;

let ada: Owner;
beforeAll(async () => {
  ada = await Owner.signUp("Ada", { place: berlin });
});

const tap = async (login: Begun, scan_token: string, more: object = {}, owner = ada) =>
  problemOf(await owner.sends(login, "approve", { scan_token, ...more }));

describe("a code relayed from another country", () => {
  it("shows the phone where the screen is and where the phone is [ATTACK-relayed-code/2]", async () => {
    const { request } = await ada.scans(await beginFrom({ place: moscow }));
    expect(request).toMatchObject({
      country: "RU",
      city: "Moscow",
      phone: { country: "DE", city: "Berlin" },
      risk: {
        verdict: "verify",
        reasons: expect.arrayContaining([
          { code: "another_country", screen: "RU", phone: "DE" },
          { code: "far_apart", km: expect.closeTo(1608, -2) },
        ]),
      },
    });
  });

  it("refuses a tap on a login relayed from abroad and denies it after a wrong guess of the digits [ATTACK-relayed-code]", async () => {
    const login = await beginFrom({ place: moscow });
    const { scan_token } = await ada.scans(login);
    expect(await tap(login, scan_token)).toEqual([403, "match_required"]);
    const { match } = await snapshotOf(login);
    if (match?.by !== "phone") throw new Error("no digits are shown");
    const guess = match.digits === "00" ? "01" : "00";
    expect(await tap(login, scan_token, { match: guess })).toEqual([403, "match_wrong"]);

    expect((await snapshotOf(login)).status).toBe("denied");
    const late = await tap(login, scan_token, { match: match.digits });
    expect(late).toEqual([403, "match_wrong"]);
    const [last] = await historyOf(ada.browser);
    expect(last).toMatchObject({ type: "match_wrong", country: "RU" });
  });

  it("requires the passkey for a relayed login after the right digits [ATTACK-relayed-code/8]", async () => {
    const login = await beginFrom({ place: moscow });
    const { scan_token } = await ada.scans(login);
    const { match } = await snapshotOf(login);
    if (match?.by !== "phone") throw new Error("no digits are shown");
    const digits = { match: match.digits };
    expect(await tap(login, scan_token, digits)).toEqual([403, "step_up_required"]);
    const assertion = await ada.signs(login, scan_token);
    const answer = await ada.sends(login, "approve", { scan_token, ...digits, assertion });
    expect(answer.status).toBe(200);
  });

  it("shows its digits on the screen alone: the phone is told that some are asked for, not which", async () => {
    const login = await beginFrom({ place: moscow });
    const answer = await ada.scans(login);
    expect(answer.request?.match).toEqual({ by: "phone" });
    const { match } = await snapshotOf(login);
    expect(match).toEqual({ by: "phone", digits: expect.stringMatching(/^\d\d$/) });
  });

  it("lets the phone decline a relayed login and records where it came from [ATTACK-relayed-code/4]", async () => {
    const login = await beginFrom({ place: moscow });
    const { scan_token } = await ada.scans(login);
    expect((await ada.sends(login, "deny", { scan_token })).status).toBe(200);
    const [last] = await historyOf(ada.browser);
    expect(last).toMatchObject({ type: "login_declined", country: "RU", city: "Moscow" });
  });

  it("is not approved by going on with another account, which is judged anew", async () => {
    const login = await beginFrom({ place: moscow });
    const { scan_token } = await ada.scans(login);
    const grace = await Owner.signUp("Grace", { place: munich });
    expect(await tap(login, scan_token, {}, grace)).toEqual([403, "match_required"]);
  });
});

describe("a code relayed so that it looks near", () => {
  it.each([
    ["through a rented machine in the same city", rented, "hosting_network"],
    ["through Tor", tor, "anonymous_network"],
    ["from nowhere that can be told", undefined, "place_hidden"],
    ["from the other end of the country", munich, "far_apart"],
  ])(
    "requires more than a tap for a login relayed %s [ATTACK-relayed-code/6]",
    async (_, place, reason) => {
      const login = await beginFrom(place ? { place } : {});
      const { scan_token, request } = await ada.scans(login);
      const codes = request?.risk.reasons.map(({ code }) => code) ?? [];
      expect(codes).toContain(reason);
      expect(await tap(login, scan_token)).toEqual([403, "match_required"]);
    },
  );

  it("from next door is approved by a tap: nothing that a server sees speaks against it", async () => {
    const login = await beginFrom({ place: potsdam });
    const { scan_token, request } = await ada.scans(login);
    expect(request?.risk.verdict).toBe("allow");
    expect((await ada.sends(login, "approve", { scan_token })).status).toBe(200);
  });
});

describe("a client that wants to be sure", () => {
  const at = (policy: object) => {
    const worker = workerWith({ client_id: "bank", policy });
    return {
      worker,
      begins: (place: object) =>
        beginFrom({ worker, place: { country: "DE", ...place } }, { client_id: "bank" }),
      owner: () => Owner.signUp("Ada", { worker, place: berlin }),
    };
  };

  it("lets a client block every relayed login [ATTACK-relayed-code/7]", async () => {
    const bank = at({ block: ["another_country"] });
    const [login, owner] = [await bank.begins(moscow), await bank.owner()];
    const { scan_token, request } = await owner.scans(login);
    expect(request?.risk.verdict).toBe("block");
    const { match } = await snapshotOf(login);
    const digits = match?.by === "phone" ? { match: match.digits } : {};
    expect(await tap(login, scan_token, digits, owner)).toEqual([403, "risk_blocked"]);
    const assertion = await owner.signs(login, scan_token);
    const signed = { ...digits, assertion };
    expect(await tap(login, scan_token, signed, owner)).toEqual([403, "risk_blocked"]);
    const types = (await historyOf(owner.browser)).map(({ type }) => type);
    expect(types).toContain("login_refused");
    expect((await owner.sends(login, "deny", { scan_token })).status).toBe(200);
  });

  it("allows only the networks of the client's policy [ATTACK-relayed-code/3]", async () => {
    const bank = at({ networks: [3320] });
    const owner = await bank.owner();
    const foreign = await bank.begins({ ...potsdam, asn: 3209 });
    const { scan_token } = await owner.scans(foreign);
    expect(await tap(foreign, scan_token, {}, owner)).toEqual([403, "risk_blocked"]);
    const known = await bank.begins(potsdam);
    const again = await owner.scans(known);
    const answer = await owner.sends(known, "approve", { scan_token: again.scan_token });
    expect(answer.status).toBe(200);
  });

  it("lets a client require digits and a passkey for every login [ATTACK-relayed-code/9]", async () => {
    const bank = at({ matching: "always", step_up: "always" });
    const [login, owner] = [await bank.begins(potsdam), await bank.owner()];
    const { scan_token } = await owner.scans(login);
    expect(await tap(login, scan_token, {}, owner)).toEqual([403, "match_required"]);
    expect((await owner.approves(login, scan_token)).status).toBe(200);
  });

  it("lets a client require that the screen types what the phone shows [ATTACK-relayed-code/5]", async () => {
    const bank = at({ matching: "always", matching_by: "screen", step_up: "off" });
    const [login, owner] = [await bank.begins(potsdam), await bank.owner()];
    const { scan_token, request } = await owner.scans(login);
    if (request?.match?.by !== "screen") throw new Error("no code is shown");
    const { code } = request.match;
    expect(JSON.stringify(await snapshotOf(login))).not.toContain(code);
    expect(await tap(login, scan_token, {}, owner)).toEqual([403, "match_required"]);

    const guess = code === "0000" ? "0001" : "0000";
    using wrong = await login.stub.match({ token: login.created.watch_token }, guess);
    expect(wrong).toMatchObject({ ok: false, error: "match_wrong" });
    expect((await snapshotOf(login)).status).toBe("denied");
  });
});
