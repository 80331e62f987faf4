import { env } from "cloudflare:workers";
import { describe, expect, it, vi } from "vitest";
import { sha256 } from "../../src/lib/digest.ts";
import type { DevicesResponse } from "../../src/protocol/devices.ts";
import type { PhonesResponse } from "../../src/protocol/phones.ts";
import type { TokenResponse } from "../../src/oidc/token/tokens.ts";
import { api, begin, problemOf, redeem, VERIFIER } from "../support/api.ts";
import { approvedLink } from "../support/approved-link.ts";
import { Browser } from "../support/browser.ts";
import { beginDevice, pollDevice } from "../support/devices.ts";
import { approvedBy, Owner, readScan, snapshotOf } from "../support/owner.ts";
import { anotherPhone, historyOf, type Person } from "../support/person.ts";
import { RelyingParty } from "../support/relying-party.ts";

/**
 * A stolen phone approves logins, and its owner signs it out from another phone before they are redeemed
 * (ASVS 5.0 7.4.1): what it approved must give nothing any more.
 */

vi.spyOn(console, "warn").mockImplementation(() => undefined);

interface Theft {
  owner: Owner;
  /** The stolen phone. */
  thief: Owner;
  /** Signs the stolen phone out, from the owner's other one. */
  signOut: () => Promise<void>;
}

async function theft(): Promise<Theft> {
  const owner = await Owner.signUp();
  const { browser, authenticator, sub } = owner;
  const person: Person = { phone: browser, authenticator, sub };
  const stolen = await anotherPhone(person);
  const thief = Owner.holding(stolen, authenticator, sub);
  const signOut = async () => {
    const { phones } = await (await stolen.get("/account/phones")).json<PhonesResponse>();
    const id = phones.find(({ current }) => current)?.id ?? "";
    expect((await browser.delete(`/account/phones/${id}`)).status).toBe(204);
  };
  return { owner, thief, signOut };
}

const devicesOf = async ({ browser }: Owner) =>
  (await (await browser.get("/account/devices")).json<DevicesResponse>()).devices;

const newestOf = async ({ browser }: Owner) => (await historyOf(browser))[0];

describe("what a phone approved before it was signed out", () => {
  it("denies an unredeemed login when the phone that approved it is signed out [ATTACK-signed-out-approver]", async () => {
    const { owner, thief, signOut } = await theft();
    const login = await begin({ scope: "openid offline_access" });
    const code = await approvedBy(thief, login);
    await signOut();
    expect(await problemOf(await redeem(code))).toEqual([400, "invalid_grant"]);
    expect(await snapshotOf(login)).toMatchObject({ status: "denied" });
    expect(await devicesOf(owner)).toEqual([]);
    expect(await newestOf(owner)).toMatchObject({
      type: "login_refused",
      sid: login.created.session_id,
      reasons: [{ code: "approver_signed_out" }],
    });
    expect(await problemOf(await redeem(code))).toEqual([400, "invalid_grant"]);
    expect(
      (await historyOf(owner.browser)).filter(({ type }) => type === "login_refused"),
    ).toHaveLength(1);
  });

  it("gives a device no tokens, which is told that it was denied (RFC 8628 §3.5)", async () => {
    const { owner, thief, signOut } = await theft();
    const device = await beginDevice();
    const answer = await thief.browser.post("/sessions/scan", { user_code: device.user_code });
    const { scan_token, request } = await readScan(answer);
    expect(request?.step_up ?? false).toBe(false);
    const path = `/sessions/${device.session_id}/approve`;
    expect((await thief.browser.post(path, { scan_token })).status).toBe(200);
    await signOut();
    for (let polls = 0; polls < 2; polls++) {
      const polled = await pollDevice(device.device_code);
      expect(await problemOf(polled)).toEqual([400, "access_denied"]);
    }
    expect(await newestOf(owner)).toMatchObject({ type: "login_refused" });
    expect(await devicesOf(owner)).toEqual([]);
  });

  it("adds no phone that a signed-out phone approved [ATTACK-signed-out-approver/2]", async () => {
    const { owner, thief, signOut } = await theft();
    const { browser, sub } = thief;
    const known = await browser.get("/account");
    expect(await known.json()).toMatchObject({ account: { sub } });
    const secretHash = await secretHashOf(browser);
    const code = await approvedLink({ sub, phone: secretHash });
    await signOut();
    const another = new Browser();
    const answer = await another.post("/account/link", { code, code_verifier: VERIFIER });
    expect(await problemOf(answer)).toEqual([403, "code_invalid"]);
    expect(await another.whoAmI()).toMatchObject({ signed_in: false });
    expect(await newestOf(owner)).toMatchObject({
      type: "login_refused",
      reasons: [{ code: "approver_signed_out" }],
    });
  });

  it("that was redeemed before goes on: the owner sees it among the devices, and ends it there", async () => {
    const { owner, thief, signOut } = await theft();
    const login = await begin();
    const code = await approvedBy(thief, login);
    const { access_token } = await (await redeem(code)).json<TokenResponse>();
    await signOut();
    // The client that did not hear the answer is answered again.
    expect((await redeem(code)).status).toBe(200);
    expect(await devicesOf(owner)).toMatchObject([{ sid: login.created.session_id }]);
    const path = `/account/devices/${login.created.session_id}`;
    expect((await owner.browser.delete(path)).status).toBe(204);
    const headers = { Authorization: `Bearer ${access_token}` };
    expect((await api("/userinfo", { headers })).status).toBe(401);
  });
});

it("a login that an app of another issuer approved needs no phone here", async () => {
  const { code } = await new RelyingParty(env, "screen").approvedCode({}, { sub: "acme:ada" });
  expect((await redeem(code)).status).toBe(200);
});

/** How the account knows the phone. */
async function secretHashOf({ cookies }: Browser): Promise<string> {
  const secret = (cookies.get("__Host-phone") ?? "").split(".")[1] ?? "";
  return await sha256(secret);
}
