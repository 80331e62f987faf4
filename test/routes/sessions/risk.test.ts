import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { describe, expect, it, vi } from "vitest";
import { accountStub } from "../../../src/accounts/account-stub.ts";
import { app } from "../../../src/app.ts";
import type { ScanResponse } from "../../../src/protocol/responses.ts";
import { storedEventsOf } from "../../support/accounts.ts";
import { BERLIN, ISSUER, MOSCOW, problemOf, VERIFIER, withPolicy } from "../../support/api.ts";
import { TestBrowser } from "../../support/test-browser.ts";
import { TestPhone } from "../../support/test-phone.ts";
import { TestScreen } from "../../support/test-screen.ts";
import { letTimePass, restoreClock, setClock } from "../../support/time.ts";

/** The passkey signs what the server asks for this login. */
async function sign(phone: TestPhone, screen: TestScreen, scan_token: string) {
  const answer = await phone.post(screen.path("step-up"), { scan_token });
  return await phone.authenticator.get((await answer.json<{ options: object }>()).options as never);
}

const decide = (screen: TestScreen, phone: TestPhone, body: object) =>
  phone.post(screen.path("approve"), body);

describe("two devices in one place", () => {
  it("shows that both devices are in one place, and requires nothing more", async () => {
    const [screen, ada] = [
      await TestScreen.begin({ client_id: "screen" }, { place: BERLIN, worker: env }),
      await TestPhone.signUp("Ada", { place: BERLIN }),
    ];
    const { scan_token, request } = await ada.scan(screen);
    expect(request).toMatchObject({
      city: "Berlin",
      risk: { verdict: "allow", reasons: [{ code: "same_city" }, { code: "first_login" }] },
      phone: { city: "Berlin", country: "DE", latitude: 52.5, longitude: 13.4 },
      repeats: 0,
    });
    expect(request).not.toHaveProperty("match");
    expect(request).not.toHaveProperty("step_up");
    const answer = await decide(screen, ada, { scan_token });
    expect([answer.status, await answer.json()]).toEqual([200, { status: "approved" }]);
  });

  it("writes one row for the scan and one for the approval, with the assessment", async () => {
    const [screen, ada] = [
      await TestScreen.begin({ client_id: "screen" }, { place: BERLIN, worker: env }),
      await TestPhone.signUp("Ada", { place: BERLIN }),
    ];
    const writes = await runInDurableObject(screen.stub, (_, { storage }) => {
      const put = vi.spyOn(storage.kv, "put");
      const setAlarm = vi.spyOn(storage, "setAlarm");
      return () => [put.mock.calls.length, setAlarm.mock.calls.length];
    });
    const { scan_token } = await ada.scan(screen);
    expect(writes()).toEqual([1, 0]);
    await ada.post(screen.path("scan"), { scan_token });
    expect(writes()).toEqual([1, 0]);
    await decide(screen, ada, { scan_token });
    expect(writes()).toEqual([2, 0]);
  });

  it("assesses the risk with the approval at the latest", async () => {
    const [screen, ada] = [
      await TestScreen.begin({ client_id: "screen" }, { place: MOSCOW, worker: env }),
      await TestPhone.signUp("Ada", { place: BERLIN }),
    ];
    const { scan_token, request } = await new TestBrowser({ place: BERLIN }).scan(screen);
    expect(request).toBeUndefined();
    const refused = await decide(screen, ada, { scan_token });
    expect(await problemOf(refused)).toEqual([403, "match_required"]);
    expect(await screen.snapshot()).toMatchObject({ status: "scanned", version: 3 });
  });
});

describe("a code relayed from another country", () => {
  const relayed = async () => {
    const screen = await TestScreen.begin({ client_id: "screen" }, { place: MOSCOW, worker: env });
    const victim = await TestPhone.signUp("Ada", { place: BERLIN });
    return { screen, victim, ...(await victim.scan(screen)) };
  };

  it("shows both locations for a code relayed from another country", async () => {
    const { screen, request } = await relayed();
    expect(request).toMatchObject({
      country: "RU",
      phone: { country: "DE" },
      risk: {
        verdict: "verify",
        reasons: [
          { code: "another_country", screen: "RU", phone: "DE" },
          { code: "far_apart", km: 1600 },
          { code: "first_login" },
        ],
      },
      match: { by: "phone" },
      step_up: true,
    });
    const { match } = await screen.snapshot();
    expect(match).toEqual({ by: "phone", digits: expect.stringMatching(/^\d\d$/) });
    expect(JSON.stringify(request)).not.toContain("digits");
  });

  it("is not approved without digits and step-up", async () => {
    const { screen, victim, scan_token } = await relayed();
    const answer = await decide(screen, victim, { scan_token });
    expect(await problemOf(answer)).toEqual([403, "match_required"]);
    expect((await screen.snapshot()).status).toBe("scanned");
  });

  it("is denied by wrong digits, which are recorded in the history", async () => {
    const { screen, victim, scan_token } = await relayed();
    const { match } = await screen.snapshot();
    const digits = match?.by === "phone" ? match.digits : "";
    const wrong = digits === "00" ? "01" : "00";
    const answer = await decide(screen, victim, { scan_token, match: wrong });
    expect(await problemOf(answer)).toEqual([403, "match_wrong"]);
    expect((await screen.snapshot()).status).toBe("denied");
    const late = await decide(screen, victim, { scan_token, match: digits });
    expect(await problemOf(late)).toEqual([403, "match_wrong"]);
    await vi.waitUntil(async () => (await storedEventsOf(victim.sub)).length > 0);
    expect(await storedEventsOf(victim.sub)).toMatchObject([
      { type: "match_wrong", clientId: "screen", city: "Moscow", country: "RU" },
    ]);
  });

  it("is approved with the digits and the passkey, whose signature is stored", async () => {
    const { screen, victim: owner, scan_token } = await relayed();
    const { match } = await screen.snapshot();
    const digits = match?.by === "phone" ? match.digits : "";
    const unsigned = await decide(screen, owner, { scan_token, match: digits });
    expect(await problemOf(unsigned)).toEqual([403, "step_up_required"]);
    const assertion = await sign(owner, screen, scan_token);
    const approved = await decide(screen, owner, { scan_token, match: digits, assertion });
    expect(await approved.json()).toEqual({ status: "approved" });

    const body = new URLSearchParams({
      grant_type: "authorization_code",
      code: (await screen.snapshot()).code ?? "",
      code_verifier: VERIFIER,
      client_id: "screen",
    });
    const tokens = await app.request(`${ISSUER}/token`, { method: "POST", body }, env);
    expect(tokens.status).toBe(200);
    const kept = await runInDurableObject(accountStub(env, owner.sub), (_, { storage }) =>
      JSON.stringify([...storage.kv.list({ prefix: "login:" })]),
    );
    expect(kept).toContain(assertion.response.signature);
    expect(kept).toContain("another_country");
  });

  it("is blocked if the policy says so, can only be denied, and is recorded in the history", async () => {
    const worker = withPolicy({ block: ["another_country"] });
    const [screen, ada] = [
      await TestScreen.begin({ client_id: "shop" }, { place: MOSCOW, worker }),
      await TestPhone.signUp("Ada", { place: BERLIN, worker }),
    ];
    const { scan_token, request } = await ada.scan(screen);
    expect(request?.risk.verdict).toBe("block");
    const answer = await decide(screen, ada, { scan_token });
    expect(await problemOf(answer)).toEqual([403, "risk_blocked"]);
    expect((await ada.post(screen.path("deny"), { scan_token })).status).toBe(200);
    await vi.waitUntil(async () => (await storedEventsOf(ada.sub)).length > 1);
    expect(await storedEventsOf(ada.sub)).toMatchObject([
      { type: "login_refused", reasons: expect.arrayContaining([{ code: "first_login" }]) },
      { type: "login_declined", clientId: "shop" },
    ]);
  });
});

describe("the location of a device", () => {
  const LIES = {
    "CF-IPCountry": "DE",
    "CF-IPCity": "Berlin",
    "CF-IPLatitude": "52.52000",
    "CF-IPLongitude": "13.40500",
    "X-Forwarded-For": "198.51.100.7",
    "X-Real-IP": "198.51.100.7",
    "True-Client-IP": "198.51.100.7",
    Forwarded: "for=198.51.100.7",
    "X-Country": "DE",
  };

  it("ignores forged location headers of the screen", async () => {
    const ada = await TestPhone.signUp("Ada", { place: BERLIN });
    const honest = await TestScreen.begin({ client_id: "screen" }, { place: MOSCOW, worker: env });
    const seen = (await ada.scan(honest)).request?.risk;

    const forged = await TestScreen.begin(
      { client_id: "screen" },
      { place: MOSCOW, worker: env, headers: LIES },
    );
    const scanned = await ada.scan(forged);
    expect(scanned.request).toMatchObject({ country: "RU", city: "Moscow" });
    expect(scanned.request?.risk).toEqual(seen);
  });

  it("ignores forged location headers of the phone", async () => {
    const ada = await TestPhone.signUp("Ada", { place: MOSCOW });
    ada.headers = { ...ada.headers, ...LIES };
    const { request } = await ada.scan(
      await TestScreen.begin({ client_id: "screen" }, { place: BERLIN, worker: env }),
    );
    expect(request).toMatchObject({ phone: { country: "RU" }, risk: { verdict: "verify" } });
  });

  it("treats one missing location as hidden and two as unknown, and never as the same", async () => {
    const of = async (screen: object | undefined, phone: object | undefined) => {
      const ada = await TestPhone.signUp("Ada", { place: phone as never });
      const at = await TestScreen.begin(
        { client_id: "screen" },
        { place: screen as never, worker: env },
      );
      return (await ada.scan(at)).request?.risk;
    };
    const hidden = {
      verdict: "verify",
      reasons: [{ code: "place_hidden" }, { code: "first_login" }],
    };
    expect(await of(undefined, BERLIN)).toEqual(hidden);
    expect(await of(BERLIN, undefined)).toEqual(hidden);
    expect(await of(undefined, undefined)).toEqual({
      verdict: "allow",
      reasons: [{ code: "place_unknown" }, { code: "first_login" }],
    });
  });
});

describe("a stolen screenshot", () => {
  it("refuses a screenshot of the code after 15 s, and shows that to the next phone", async () => {
    const screen = await TestScreen.begin({ client_id: "screen" }, { place: BERLIN, worker: env });
    const [eve, ada] = [
      await TestPhone.signUp("Ada", { place: MOSCOW }),
      await TestPhone.signUp("Ada", { place: BERLIN }),
    ];
    const stolen = await screen.code();
    const begunAt = Date.parse(screen.created.expires_at) - 120_000;
    setClock(begunAt + 15_000);
    try {
      const late = await eve.post(screen.path("scan"), stolen);
      expect(await problemOf(late)).toEqual([403, "code_stale"]);
      const answer = await ada.post(screen.path("scan"), await screen.code(15_000));
      const { request } = await answer.json<ScanResponse>();
      expect(request).toMatchObject({ repeats: 1 });
      expect(request?.risk.reasons).toContainEqual({ code: "code_repeated", count: 1 });
    } finally {
      restoreClock();
    }
  });
});

describe("a second phone", () => {
  it("refuses a second phone and shows that to the first one", async () => {
    const screen = await TestScreen.begin({ client_id: "screen" }, { place: BERLIN, worker: env });
    const [ada, eve] = [
      await TestPhone.signUp("Ada", { place: BERLIN }),
      await TestPhone.signUp("Ada", { place: MOSCOW }),
    ];
    const { scan_token } = await ada.scan(screen);
    const second = await eve.post(screen.path("scan"), await screen.code());
    expect(await problemOf(second)).toEqual([409, "already_scanned"]);
    const again = await ada.post(screen.path("scan"), { scan_token });
    expect((await again.json<ScanResponse>()).request).toMatchObject({ repeats: 1 });
  });

  it("ends the login for both phones if the policy says so", async () => {
    const worker = withPolicy({ repeats: "end" });
    const screen = await TestScreen.begin({ client_id: "shop" }, { place: BERLIN, worker });
    const [ada, eve] = [
      await TestPhone.signUp("Ada", { place: BERLIN, worker }),
      await TestPhone.signUp("Ada", { place: MOSCOW, worker }),
    ];
    const { scan_token } = await ada.scan(screen);
    const second = await eve.post(screen.path("scan"), await screen.code());
    expect(await problemOf(second)).toEqual([410, "code_repeated"]);
    const answer = await decide(screen, ada, { scan_token });
    expect(await problemOf(answer)).toEqual([410, "code_repeated"]);
    expect((await screen.snapshot()).status).toBe("denied");
  });

  it("records a second phone in the history after the approval", async () => {
    const screen = await TestScreen.begin({ client_id: "screen" }, { place: BERLIN, worker: env });
    const ada = await TestPhone.signUp("Ada", { place: BERLIN });
    const { scan_token } = await ada.scan(screen);
    await decide(screen, ada, { scan_token });
    await new TestBrowser({ place: MOSCOW }).post(screen.path("scan"), await screen.code());
    await vi.waitUntil(async () => (await storedEventsOf(ada.sub)).length > 0);
    expect(await storedEventsOf(ada.sub)).toMatchObject([
      { type: "code_repeated", sid: screen.created.session_id },
    ]);
  });
});

it("writes nothing more for a code that nobody scans but its end", async () => {
  const screen = await TestScreen.begin({ client_id: "screen" }, { place: BERLIN, worker: env });
  await letTimePass(screen.stub, Date.parse(screen.created.expires_at));
  restoreClock();
  const answer = await new TestBrowser({ place: BERLIN }).post(
    screen.path("scan"),
    await screen.code(),
  );
  expect(await problemOf(answer)).toEqual([410, "session_expired"]);
  const never = `/sessions/${"A".repeat(43)}/scan`;
  const made = await new TestBrowser({ place: BERLIN }).post(never, await screen.code());
  expect(await problemOf(made)).toEqual([404, "session_not_found"]);
});
