import type { AuthenticationResponseJSON } from "@simplewebauthn/server";
import { beforeEach, describe, expect, it } from "vitest";
import { PLACES, problemOf, withClients } from "../support/api.ts";
import { TestPhone } from "../support/test-phone.ts";
import { TestScreen } from "../support/test-screen.ts";
import type { Deviations } from "../support/authenticator.ts";

/** An approval that requires the passkey, with an assertion that was made for another purpose. */

const { berlin, potsdam } = PLACES;
const worker = withClients({ client_id: "bank", policy: { matching: "off", step_up: "always" } });

let ada: TestPhone;
let login: TestScreen;
let scan_token: string;

const begins = () => TestScreen.begin({ client_id: "bank" }, { worker, place: potsdam });

beforeEach(async () => {
  ada = await TestPhone.signUp("Ada", { worker, place: berlin });
  login = await begins();
  ({ scan_token } = await ada.scan(login));
});

const approve = (assertion?: AuthenticationResponseJSON, to = login, token = scan_token) =>
  ada.send(to, "approve", { scan_token: token, ...(assertion ? { assertion } : {}) });

async function isRefused(answer: Response, error = [403, "passkey_invalid"]): Promise<void> {
  expect(await problemOf(answer)).toEqual(error);
  expect((await login.snapshot()).status).toBe("scanned");
}

describe("an approval with a misused assertion", () => {
  it("refuses an approval without a required assertion and names the requirement [ATTACK-misused-assertion/3]", async () => {
    expect(await problemOf(await approve())).toEqual([403, "step_up_required"]);
  });

  it("refuses an assertion made for another request and records an attack [ATTACK-misused-assertion]", async () => {
    const other = await begins();
    const held = await ada.scan(other);
    await isRefused(await approve(await ada.sign(other, held.scan_token)));
    const attack = { type: "attack", what: "assertion_of_another_request" };
    await expect.poll(() => ada.history()).toContainEqual(expect.objectContaining(attack));
  });

  it("refuses an assertion that an earlier step-up of the same login asked for", async () => {
    const older = await ada.sign(login, scan_token);
    await ada.send(login, "step-up", { scan_token });
    await isRefused(await approve(older));
  });

  it("refuses a sign-in assertion for an approval", async () => {
    const response = await ada.authenticator.get(await ada.signInOptions());
    await isRefused(await approve(response), [400, "ceremony_expired"]);
  });

  it("refuses a step-up assertion for a sign-in", async () => {
    const response = await ada.sign(login, scan_token);
    const answer = await ada.post("/account/sign-in", { response });
    expect(await problemOf(answer)).toEqual([400, "ceremony_expired"]);
  });

  it("refuses an assertion of another account and records an attack", async () => {
    const mallory = await TestPhone.signUp("Mallory", { worker, place: berlin });
    const asked = await ada.send(login, "step-up", { scan_token });
    const { options } = await asked.json<{ options: { challenge: string } }>();
    await isRefused(await approve(await mallory.authenticator.get(options)));
    const attack = { type: "attack", what: "assertion_of_another_account" };
    await expect.poll(() => ada.history()).toContainEqual(expect.objectContaining(attack));
  });

  it("refuses an assertion of another account under the own credential id", async () => {
    const mallory = await TestPhone.signUp("Mallory", { worker, place: berlin });
    const asked = await ada.send(login, "step-up", { scan_token });
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
      await isRefused(await approve(await ada.sign(login, scan_token, deviations)));
    },
  );

  it("refuses a replayed assertion", async () => {
    const assertion = await ada.sign(login, scan_token);
    const cookie = ada.cookies.get("__Host-ceremony") ?? "";
    expect((await approve(assertion)).status).toBe(200);
    const other = await begins();
    const held = await ada.scan(other);
    ada.cookies.set("__Host-ceremony", cookie);
    const answer = await approve(assertion, other, held.scan_token);
    expect(await problemOf(answer)).toEqual([403, "passkey_invalid"]);
    expect((await other.snapshot()).status).toBe("scanned");
  });

  it("accepts the approval with the right assertion", async () => {
    expect((await approve(await ada.sign(login, scan_token))).status).toBe(200);
  });
});
