import type { AuthenticationResponseJSON } from "@simplewebauthn/server";
import { beforeEach, describe, expect, it } from "vitest";
import { problemOf, type Begun } from "../support/api.ts";
import type { Deviations } from "../support/authenticator.ts";
import { beginFrom, Owner, PLACES, snapshotOf } from "../support/owner.ts";
import { historyOf } from "../support/person.ts";
import { workerWith } from "../support/relying-party.ts";

/** An approval that takes the passkey, with something that a passkey has signed for something else. */

const { berlin, potsdam } = PLACES;
const worker = workerWith({ client_id: "bank", policy: { matching: "off", step_up: "always" } });

let ada: Owner;
let login: Begun;
let scan_token: string;

const begins = () => beginFrom({ worker, place: potsdam }, { client_id: "bank" });

beforeEach(async () => {
  ada = await Owner.signUp("Ada", { worker, place: berlin });
  login = await begins();
  ({ scan_token } = await ada.scans(login));
});

const approve = (assertion?: AuthenticationResponseJSON, to = login, token = scan_token) =>
  ada.sends(to, "approve", { scan_token: token, ...(assertion ? { assertion } : {}) });

async function isRefused(answer: Response, error = [403, "passkey_invalid"]): Promise<void> {
  expect(await problemOf(answer)).toEqual(error);
  expect((await snapshotOf(login)).status).toBe("scanned");
}

describe("an approval", () => {
  it("refuses an approval without a required assertion and names the requirement [ATTACK-misused-assertion/3]", async () => {
    expect(await problemOf(await approve())).toEqual([403, "step_up_required"]);
  });

  it("refuses an assertion made for another request and records an attack [ATTACK-misused-assertion]", async () => {
    const other = await begins();
    const held = await ada.scans(other);
    await isRefused(await approve(await ada.signs(other, held.scan_token)));
    const attack = { type: "attack", what: "assertion_of_another_request" };
    await expect.poll(() => historyOf(ada.browser)).toContainEqual(expect.objectContaining(attack));
  });

  it("with an assertion for the same request before it was asked for again is refused", async () => {
    const older = await ada.signs(login, scan_token);
    await ada.sends(login, "step-up", { scan_token });
    await isRefused(await approve(older));
  });

  it("with an assertion for signing in is refused", async () => {
    const response = await ada.authenticator.get(await ada.browser.signInOptions());
    await isRefused(await approve(response), [400, "ceremony_expired"]);
  });

  it("can't be had the other way round: what was signed for it signs nobody in", async () => {
    const response = await ada.signs(login, scan_token);
    const answer = await ada.browser.post("/account/sign-in", { response });
    expect(await problemOf(answer)).toEqual([400, "ceremony_expired"]);
  });

  it("with another account's assertion is refused, and noted as an attack", async () => {
    const mallory = await Owner.signUp("Mallory", { worker, place: berlin });
    const asked = await ada.sends(login, "step-up", { scan_token });
    const { options } = await asked.json<{ options: { challenge: string } }>();
    await isRefused(await approve(await mallory.authenticator.get(options)));
    const attack = { type: "attack", what: "assertion_of_another_account" };
    await expect.poll(() => historyOf(ada.browser)).toContainEqual(expect.objectContaining(attack));
  });

  it("with another account's assertion in its own name is refused", async () => {
    const mallory = await Owner.signUp("Mallory", { worker, place: berlin });
    const asked = await ada.sends(login, "step-up", { scan_token });
    const { options } = await asked.json<{ options: { challenge: string } }>();
    const { credentialId } = ada.authenticator;
    const userHandle = btoa(ada.sub).replaceAll("=", "");
    const forged = await mallory.authenticator.get(options, { credentialId, userHandle });
    await isRefused(await approve(forged));
  });

  it.each<[string, Deviations]>([
    ["made on another origin", { origin: "https://evil.example" }],
    ["made on a look-alike origin", { origin: "http://localhost:8787.evil.example" }],
    ["made for another relying party", { rpId: "evil.example" }],
    ["made in a frame of another site", { crossOrigin: true }],
    ["made without its owner's finger, face or number", { userVerified: false }],
    ["made without anybody there", { userPresent: false }],
    ["that is a registration", { type: "webauthn.create" }],
    ["over a challenge of one's own", { challenge: "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA" }],
    ["whose counter stood still", { counter: 0 }],
  ])(
    "refuses an approval with an assertion %s [ATTACK-misused-assertion/2]",
    async (_, deviations) => {
      await isRefused(await approve(await ada.signs(login, scan_token, deviations)));
    },
  );

  it("with an assertion that was recorded is refused the second time", async () => {
    const assertion = await ada.signs(login, scan_token);
    const cookie = ada.browser.cookies.get("__Host-ceremony") ?? "";
    expect((await approve(assertion)).status).toBe(200);
    const other = await begins();
    const held = await ada.scans(other);
    ada.browser.cookies.set("__Host-ceremony", cookie);
    const answer = await approve(assertion, other, held.scan_token);
    expect(await problemOf(answer)).toEqual([403, "passkey_invalid"]);
    expect((await snapshotOf(other)).status).toBe("scanned");
  });

  it("with the right one is an approval: nothing else kept the others from being one", async () => {
    expect((await approve(await ada.signs(login, scan_token))).status).toBe(200);
  });
});
