import type { AuthenticationResponseJSON } from "@simplewebauthn/server";
import type { PublicKeyCredentialRequestOptionsJSON } from "@simplewebauthn/server";
import { afterEach, describe, expect, it, vi } from "vitest";
import { app } from "../../../src/app.ts";
import { decodeTrustedBase64url } from "../../../src/lib/base64url.ts";
import { storedEventsOf } from "../../support/accounts.ts";
import { BERLIN, ISSUER, problemOf, withPolicy } from "../../support/api.ts";
import { TestBrowser } from "../../support/test-browser.ts";
import { TestPhone } from "../../support/test-phone.ts";
import { TestScreen } from "../../support/test-screen.ts";
import type { Deviations } from "../../support/authenticator.ts";
import { TestIssuer } from "../../support/issuer.ts";
import { restoreClock, setClock } from "../../support/time.ts";

afterEach(() => {
  vi.restoreAllMocks();
});

const worker = withPolicy({ matching: "off", step_up: "always" });

async function scanned(ada?: TestPhone) {
  const screen = await TestScreen.begin({ client_id: "shop" }, { place: BERLIN, worker });
  const person = ada ?? (await TestPhone.signUp("Ada", { place: BERLIN, worker }));
  const { scan_token, request } = await person.scan(screen);
  return { screen, ada: person, scan_token, request };
}

async function optionsOf(phone: TestPhone, screen: TestScreen, scan_token: string) {
  const answer = await phone.post(screen.path("step-up"), { scan_token });
  if (answer.status !== 200) throw new Error(await answer.text());
  return (await answer.json<{ options: PublicKeyCredentialRequestOptionsJSON }>()).options;
}

async function sign(
  ada: TestPhone,
  screen: TestScreen,
  scan_token: string,
  deviations?: Deviations,
) {
  return await ada.authenticator.get(await optionsOf(ada, screen, scan_token), deviations);
}

const approve = (
  phone: TestPhone,
  screen: TestScreen,
  scan_token: string,
  assertion?: AuthenticationResponseJSON,
) => phone.post(screen.path("approve"), { scan_token, ...(assertion ? { assertion } : {}) });

describe("a step-up by passkey", () => {
  it("announces step-up with the request, and approves with it", async () => {
    const { screen, ada, scan_token, request } = await scanned();
    expect(request?.step_up).toBe(true);
    const answer = await approve(ada, screen, scan_token, await sign(ada, screen, scan_token));
    expect([answer.status, await answer.json()]).toEqual([200, { status: "approved" }]);
    // Whatever it was worth, it is over.
    expect(ada.cookies.has("__Host-ceremony")).toBe(false);
  });

  it("uses a different challenge of 32 bytes each time, and requires user verification", async () => {
    const { screen, ada, scan_token } = await scanned();
    const [a, b] = [
      await optionsOf(ada, screen, scan_token),
      await optionsOf(ada, screen, scan_token),
    ];
    expect(decodeTrustedBase64url(a.challenge)).toHaveLength(32);
    expect(a.challenge).not.toBe(b.challenge);
    expect(a.userVerification).toBe("required");
  });

  it("refuses an approval without the step-up", async () => {
    const { screen, ada, scan_token } = await scanned();
    const answer = await approve(ada, screen, scan_token);
    expect(await problemOf(answer)).toEqual([403, "step_up_required"]);
    expect((await screen.snapshot()).status).toBe("scanned");
  });

  it("refuses a step-up for another request, and records it in the history", async () => {
    const { screen: first, ada, scan_token: firstToken } = await scanned();
    const { screen: second, scan_token } = await scanned(ada);
    const assertion = await sign(ada, first, firstToken);
    const answer = await approve(ada, second, scan_token, assertion);
    expect(await problemOf(answer)).toEqual([403, "passkey_invalid"]);
    expect((await second.snapshot()).status).toBe("scanned");
    expect(await storedEventsOf(ada.sub)).toMatchObject([
      { type: "attack", what: "assertion_of_another_request", sid: second.created.session_id },
    ]);
  });

  it("refuses a signature of another challenge with the cookie of this one", async () => {
    const { screen: first, ada, scan_token: firstToken } = await scanned();
    const { screen: second, scan_token } = await scanned(ada);
    const assertion = await sign(ada, first, firstToken);
    await optionsOf(ada, second, scan_token);
    const answer = await approve(ada, second, scan_token, assertion);
    expect(await problemOf(answer)).toEqual([403, "passkey_invalid"]);
    expect((await storedEventsOf(ada.sub)).map(({ what }) => what)).toEqual([
      "assertion_of_another_request",
    ]);
  });

  it("refuses a step-up by another account's passkey, and records it in the history", async () => {
    const { screen, ada, scan_token } = await scanned();
    const eve = await TestPhone.signUp("Ada", { place: BERLIN, worker });
    const options = await optionsOf(ada, screen, scan_token);
    const answer = await approve(ada, screen, scan_token, await eve.authenticator.get(options));
    expect(await problemOf(answer)).toEqual([403, "passkey_invalid"]);
    expect((await screen.snapshot()).status).toBe("scanned");
    expect(await storedEventsOf(ada.sub)).toMatchObject([
      { type: "attack", what: "assertion_of_another_account" },
    ]);
    expect(await storedEventsOf(eve.sub)).toEqual([]);
  });

  it.each<[string, Deviations]>([
    ["another origin", { origin: "https://evil.example" }],
    ["a frame of another site", { crossOrigin: true }],
    ["another site's passkey", { rpId: "evil.example" }],
    ["somebody who wasn't verified", { userVerified: false }],
    ["a registration", { type: "webauthn.create" }],
  ])("refuses a step-up of %s", async (_, deviations) => {
    const { screen, ada, scan_token } = await scanned();
    const assertion = await sign(ada, screen, scan_token, deviations);
    const answer = await approve(ada, screen, scan_token, assertion);
    expect(await problemOf(answer)).toEqual([403, "passkey_invalid"]);
    expect((await screen.snapshot()).status).toBe("scanned");
  });

  it("refuses a step-up that is replayed", async () => {
    // A passkey that doesn't count, as those that are synced: its signatures tell nothing of their order.
    const person = await TestPhone.signUp("Ada", { place: BERLIN, worker }, { counter: 0 });
    const { screen, ada, scan_token } = await scanned(person);
    const assertion = await sign(ada, screen, scan_token, { counter: 0 });
    const ceremony = ada.cookies.get("__Host-ceremony") ?? "";
    expect((await approve(ada, screen, scan_token, assertion)).status).toBe(200);
    const again = await approve(ada, screen, scan_token, assertion);
    expect(await problemOf(again)).toEqual([400, "ceremony_expired"]);
    ada.cookies.set("__Host-ceremony", ceremony);
    const replayed = await approve(ada, screen, scan_token, assertion);
    expect(await problemOf(replayed)).toEqual([400, "ceremony_expired"]);
  });

  it("requires a new step-up if the request has changed since", async () => {
    const { screen, ada, scan_token } = await scanned();
    const assertion = await sign(ada, screen, scan_token);
    const repeated = await screen.stub.scan(await screen.code(), {});
    expect(repeated.ok).toBe(false);
    const log = vi.spyOn(console, "warn").mockImplementation(() => undefined);
    const answer = await approve(ada, screen, scan_token, assertion);
    expect(await problemOf(answer)).toEqual([403, "step_up_required"]);
    expect(String(log.mock.lastCall)).toContain('"reason":"statement_of_another_request"');
    const anew = await approve(ada, screen, scan_token, await sign(ada, screen, scan_token));
    expect(anew.status).toBe(200);
  });

  it("refuses a step-up as a sign-in, and a sign-in as a step-up", async () => {
    const { screen, ada, scan_token } = await scanned();
    const response = await sign(ada, screen, scan_token);
    const signedIn = await ada.post("/account/sign-in", { response });
    expect(await problemOf(signedIn)).toEqual([400, "ceremony_expired"]);
    const assertion = await ada.authenticator.get(await ada.signInOptions());
    const answer = await approve(ada, screen, scan_token, assertion);
    expect(await problemOf(answer)).toEqual([400, "ceremony_expired"]);
  });

  it("starts a step-up only for the signed-in phone that holds the session, from our own page", async () => {
    const { screen, ada, scan_token } = await scanned();
    const token = await ada.post(screen.path("step-up"), { scan_token: "A".repeat(43) });
    expect(await problemOf(token)).toEqual([403, "scan_token_invalid"]);
    const stranger = await screen.browser.post(screen.path("step-up"), { scan_token });
    expect(await problemOf(stranger)).toEqual([401, "sign_in_required"]);
    ada.headers["Origin"] = "https://evil.example";
    const foreign = await ada.post(screen.path("step-up"), { scan_token });
    expect(await problemOf(foreign)).toEqual([403, "origin_not_allowed"]);
  });
});

describe("a step-up with a trusted issuer", () => {
  /** An app that approves with a token that says this. */
  async function approvedWith(claims: Record<string, unknown>, policy: object = {}) {
    const issuer = await TestIssuer.start();
    const trusting = withPolicy(
      { matching: "off", step_up: "always", ...policy },
      { ISSUERS: [issuer.trusted] },
    );
    const screen = await TestScreen.begin(
      { client_id: "shop" },
      { place: BERLIN, worker: trusting },
    );
    const { scan_token } = await new TestBrowser({ place: BERLIN, worker: trusting }).scan(screen);
    return await app.request(
      `${ISSUER}${screen.path("approve")}`,
      {
        method: "POST",
        headers: {
          "Content-Type": "application/json",
          Authorization: `Bearer ${await issuer.token(claims)}`,
        },
        body: JSON.stringify({ scan_token }),
      },
      trusting,
    );
  }

  const seconds = (ago: number) => Math.floor(Date.now() / 1000) - ago;

  it("accepts a sign-in with the issuer that is recent enough", async () => {
    expect((await approvedWith({ auth_time: seconds(60) })).status).toBe(200);
    expect((await approvedWith({ auth_time: seconds(60) }, { step_up_max_age: 30 })).status).toBe(
      403,
    );
  });

  it("sends the app the challenge of RFC 9470", async () => {
    const answer = await approvedWith(
      { auth_time: seconds(600) },
      { step_up_acr: ["phr", "phrh"] },
    );
    expect(answer.headers.get("WWW-Authenticate")).toBe(
      'Bearer realm="qr-login", error="insufficient_user_authentication", error_description="This login takes a more recent sign-in.", max_age="120", acr_values="phr phrh"',
    );
    expect(await problemOf(answer)).toEqual([403, "step_up_required"]);
  });

  it("accepts an acr of the policy, however old the sign-in is", async () => {
    const policy = { step_up_acr: ["phr"] };
    expect((await approvedWith({ auth_time: seconds(600), acr: "phr" }, policy)).status).toBe(200);
    expect((await approvedWith({ auth_time: seconds(600), acr: "pwd" }, policy)).status).toBe(403);
  });

  it("sends our own page no Bearer challenge", async () => {
    const { screen, ada, scan_token } = await scanned();
    const answer = await approve(ada, screen, scan_token);
    expect(answer.headers.get("WWW-Authenticate")).toBeNull();
  });

  it("sends no RFC 9470 challenge to our own page, which uses the passkey", async () => {
    const { screen, scan_token } = await scanned();
    const issuer = await TestIssuer.start();
    const answer = await app.request(
      `${ISSUER}${screen.path("step-up")}`,
      {
        method: "POST",
        headers: {
          "Content-Type": "application/json",
          Authorization: `Bearer ${await issuer.token()}`,
        },
        body: JSON.stringify({ scan_token }),
      },
      { ...worker, ISSUERS: [issuer.trusted] },
    );
    expect(await problemOf(answer)).toEqual([401, "sign_in_required"]);
  });
});

it("refuses a step-up that took too long", async () => {
  const { screen, ada, scan_token } = await scanned();
  const assertion = await sign(ada, screen, scan_token);
  setClock(Date.now() + 301_000);
  try {
    const answer = await approve(ada, screen, scan_token, assertion);
    expect(await problemOf(answer)).toEqual([400, "ceremony_expired"]);
  } finally {
    restoreClock();
  }
});
