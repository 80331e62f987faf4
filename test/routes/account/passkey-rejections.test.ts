import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { encodeBase64url } from "../../../src/lib/base64url.ts";
import { Authenticator, type Deviations } from "../../support/authenticator.ts";
import { ISSUER, problemOf } from "../../support/api.ts";
import { TestBrowser } from "../../support/test-browser.ts";

/** Why a passkey was rejected is in the operator's log, and never in the answer. */

const warnings = vi.spyOn(console, "warn").mockImplementation(() => undefined);

beforeEach(() => warnings.mockClear());
afterEach(() => vi.useRealTimers());

const ANOTHER_CHALLENGE = encodeBase64url(new Uint8Array(32));

async function register(deviations: Deviations = {}) {
  const browser = new TestBrowser();
  const authenticator = await Authenticator.make(ISSUER);
  const response = await authenticator.create(await browser.registrationOptions(), deviations);
  return { authenticator, answer: await browser.post("/account/register", { response }) };
}

async function signIn(authenticator: Authenticator, deviations: Deviations) {
  const browser = new TestBrowser();
  const response = await authenticator.get(await browser.signInOptions(), deviations);
  return await browser.post("/account/sign-in", { response });
}

async function expectLogged(answer: Response, error: string, reason: string): Promise<void> {
  const copy = answer.clone();
  expect(await problemOf(answer)).toEqual([expect.any(Number), error]);
  const line = JSON.stringify({ event: "request_rejected", error, reason });
  expect(warnings.mock.calls).toEqual([[line]]);
  expect(await copy.text()).not.toContain(reason);
}

it.each<[string, Deviations]>([
  ['Unexpected registration response origin "…", expected "…"', { origin: "https://evil.example" }],
  ["Unexpected RP ID hash", { rpId: "evil.example" }],
  ["framed_by_another_site", { crossOrigin: true }],
  ["User verification was required, but user could not be verified", { userVerified: false }],
  [
    'Unexpected registration response challenge "…", expected "…"',
    { challenge: ANOTHER_CHALLENGE },
  ],
  ["attestation_not_requested", { attestedBy: "certificate" }],
])("logs that a registration was rejected because of %s", async (reason, deviations) => {
  await expectLogged((await register(deviations)).answer, "passkey_invalid", reason);
});

it.each<[string, Deviations]>([
  [
    'Unexpected authentication response origin "…", expected "…"',
    { origin: "https://evil.example" },
  ],
  ["User verification required, but user could not be verified", { userVerified: false }],
  [
    'Unexpected authentication response challenge "…", expected "…"',
    { challenge: ANOTHER_CHALLENGE },
  ],
  ["Response counter value 1 was lower than expected 1", { counter: 1 }],
  ["backup_eligibility_changed", { backupEligible: true }],
  ["passkey_unknown", { credentialId: "AAAAAAAAAAAAAAAAAAAAAA" }],
  ["user_handle_malformed", { userHandle: "YWRh" }],
])("logs that a sign-in was rejected because of %s", async (reason, deviations) => {
  const { authenticator } = await register();
  await expectLogged(await signIn(authenticator, deviations), "passkey_invalid", reason);
});

it("logs that a ceremony was rejected because its cookie is missing", async () => {
  const browser = new TestBrowser();
  const authenticator = await Authenticator.make(ISSUER);
  const response = await authenticator.create(await browser.registrationOptions());
  browser.cookies.clear();
  const answer = await browser.post("/account/register", { response });
  await expectLogged(answer, "ceremony_expired", "ceremony_cookie_missing");
});
