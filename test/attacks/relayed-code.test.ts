import { beforeAll, describe, expect, it } from "vitest";
import { PLACES, problemOf, withClients } from "../support/api.ts";
import { TestPhone } from "../support/test-phone.ts";
import { TestScreen } from "../support/test-screen.ts";

/**
 * The main attack: an attacker starts a login and makes the phone's owner scan its code, relayed
 * live in a page, a call or a chat.
 */

const { berlin, potsdam, munich, moscow, rented, tor } = PLACES;

let ada: TestPhone;
beforeAll(async () => {
  ada = await TestPhone.signUp("Ada", { place: berlin });
});

const tap = async (login: TestScreen, scan_token: string, more: object = {}, owner = ada) =>
  problemOf(await owner.send(login, "approve", { scan_token, ...more }));

describe("a code relayed from another country", () => {
  it("shows the phone where the screen is and where the phone is [ATTACK-relayed-code/2]", async () => {
    const { request } = await ada.scan(await TestScreen.begin({}, { place: moscow }));
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
    const login = await TestScreen.begin({}, { place: moscow });
    const { scan_token } = await ada.scan(login);
    expect(await tap(login, scan_token)).toEqual([403, "match_required"]);
    const { match } = await login.snapshot();
    if (match?.by !== "phone") throw new Error("no digits are shown");
    const guess = match.digits === "00" ? "01" : "00";
    expect(await tap(login, scan_token, { match: guess })).toEqual([403, "match_wrong"]);

    expect((await login.snapshot()).status).toBe("denied");
    const late = await tap(login, scan_token, { match: match.digits });
    expect(late).toEqual([403, "match_wrong"]);
    const [last] = await ada.history();
    expect(last).toMatchObject({ type: "match_wrong", country: "RU" });
  });

  it("requires the passkey for a relayed login after the right digits [ATTACK-relayed-code/8]", async () => {
    const login = await TestScreen.begin({}, { place: moscow });
    const { scan_token } = await ada.scan(login);
    const { match } = await login.snapshot();
    if (match?.by !== "phone") throw new Error("no digits are shown");
    const digits = { match: match.digits };
    expect(await tap(login, scan_token, digits)).toEqual([403, "step_up_required"]);
    const assertion = await ada.sign(login, scan_token);
    const answer = await ada.send(login, "approve", { scan_token, ...digits, assertion });
    expect(answer.status).toBe(200);
  });

  it("shows the digits on the screen alone", async () => {
    const login = await TestScreen.begin({}, { place: moscow });
    const answer = await ada.scan(login);
    expect(answer.request?.match).toEqual({ by: "phone" });
    const { match } = await login.snapshot();
    expect(match).toEqual({ by: "phone", digits: expect.stringMatching(/^\d\d$/) });
  });

  it("lets the phone decline a relayed login and records where it came from [ATTACK-relayed-code/4]", async () => {
    const login = await TestScreen.begin({}, { place: moscow });
    const { scan_token } = await ada.scan(login);
    expect((await ada.send(login, "deny", { scan_token })).status).toBe(200);
    const [last] = await ada.history();
    expect(last).toMatchObject({ type: "login_declined", country: "RU", city: "Moscow" });
  });

  it("assesses a relayed login again for another account", async () => {
    const login = await TestScreen.begin({}, { place: moscow });
    const { scan_token } = await ada.scan(login);
    const grace = await TestPhone.signUp("Grace", { place: munich });
    expect(await tap(login, scan_token, {}, grace)).toEqual([403, "match_required"]);
  });
});

describe("a code relayed from nearby", () => {
  it.each([
    ["through a rented machine in the same city", rented, "hosting_network"],
    ["through Tor", tor, "anonymous_network"],
    ["from nowhere that can be told", undefined, "place_hidden"],
    ["from the other end of the country", munich, "far_apart"],
  ])(
    "requires more than a tap for a login relayed %s [ATTACK-relayed-code/6]",
    async (_, place, reason) => {
      const login = await TestScreen.begin({}, place ? { place } : {});
      const { scan_token, request } = await ada.scan(login);
      const codes = request?.risk.reasons.map(({ code }) => code) ?? [];
      expect(codes).toContain(reason);
      expect(await tap(login, scan_token)).toEqual([403, "match_required"]);
    },
  );

  it("approves by a tap when screen and phone are in one city and network", async () => {
    const login = await TestScreen.begin({}, { place: potsdam });
    const { scan_token, request } = await ada.scan(login);
    expect(request?.risk.verdict).toBe("allow");
    expect((await ada.send(login, "approve", { scan_token })).status).toBe(200);
  });
});

describe("a client with a strict policy", () => {
  const at = (policy: object) => {
    const worker = withClients({ client_id: "bank", policy });
    return {
      worker,
      begins: (place: object) =>
        TestScreen.begin({ client_id: "bank" }, { worker, place: { country: "DE", ...place } }),
      owner: () => TestPhone.signUp("Ada", { worker, place: berlin }),
    };
  };

  it("lets a client block every relayed login [ATTACK-relayed-code/7]", async () => {
    const bank = at({ block: ["another_country"] });
    const [login, owner] = [await bank.begins(moscow), await bank.owner()];
    const { scan_token, request } = await owner.scan(login);
    expect(request?.risk.verdict).toBe("block");
    const { match } = await login.snapshot();
    const digits = match?.by === "phone" ? { match: match.digits } : {};
    expect(await tap(login, scan_token, digits, owner)).toEqual([403, "risk_blocked"]);
    const assertion = await owner.sign(login, scan_token);
    const signed = { ...digits, assertion };
    expect(await tap(login, scan_token, signed, owner)).toEqual([403, "risk_blocked"]);
    const types = (await owner.history()).map(({ type }) => type);
    expect(types).toContain("login_refused");
    expect((await owner.send(login, "deny", { scan_token })).status).toBe(200);
  });

  it("allows only the networks of the client's policy [ATTACK-relayed-code/3]", async () => {
    const bank = at({ networks: [3320] });
    const owner = await bank.owner();
    const foreign = await bank.begins({ ...potsdam, asn: 3209 });
    const { scan_token } = await owner.scan(foreign);
    expect(await tap(foreign, scan_token, {}, owner)).toEqual([403, "risk_blocked"]);
    const known = await bank.begins(potsdam);
    const again = await owner.scan(known);
    const answer = await owner.send(known, "approve", { scan_token: again.scan_token });
    expect(answer.status).toBe(200);
  });

  it("lets a client require digits and a passkey for every login [ATTACK-relayed-code/9]", async () => {
    const bank = at({ matching: "always", step_up: "always" });
    const [login, owner] = [await bank.begins(potsdam), await bank.owner()];
    const { scan_token } = await owner.scan(login);
    expect(await tap(login, scan_token, {}, owner)).toEqual([403, "match_required"]);
    expect((await owner.approve(login, scan_token)).status).toBe(200);
  });

  it("lets a client require that the screen types what the phone shows [ATTACK-relayed-code/5]", async () => {
    const bank = at({ matching: "always", matching_by: "screen", step_up: "off" });
    const [login, owner] = [await bank.begins(potsdam), await bank.owner()];
    const { scan_token, request } = await owner.scan(login);
    if (request?.match?.by !== "screen") throw new Error("no code is shown");
    const { code } = request.match;
    expect(JSON.stringify(await login.snapshot())).not.toContain(code);
    expect(await tap(login, scan_token, {}, owner)).toEqual([403, "match_required"]);

    const guess = code === "0000" ? "0001" : "0000";
    using wrong = await login.stub.match({ token: login.created.watch_token }, guess);
    expect(wrong).toMatchObject({ ok: false, error: "match_wrong" });
    expect((await login.snapshot()).status).toBe("denied");
  });
});
