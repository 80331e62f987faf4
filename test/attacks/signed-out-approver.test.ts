import { env } from "cloudflare:workers";
import { describe, expect, it, vi } from "vitest";
import { sha256 } from "../../src/lib/digest.ts";
import type { DevicesResponse } from "../../src/protocol/devices.ts";
import type { PhonesResponse } from "../../src/protocol/phones.ts";
import type { TokenResponse } from "../../src/oidc/token/tokens.ts";
import { api, problemOf, readScan, redeem, VERIFIER } from "../support/api.ts";
import { approvedLink } from "../support/linked-phone.ts";
import { RelyingParty } from "../support/relying-party.ts";
import { TestBrowser } from "../support/test-browser.ts";
import { TestPhone } from "../support/test-phone.ts";
import { TestScreen } from "../support/test-screen.ts";
import { beginDevice, pollDevice } from "../support/devices.ts";

/**
 * A stolen phone approves logins, and the owner signs it out before they are redeemed (ASVS 5.0
 * 7.4.1).
 */

vi.spyOn(console, "warn").mockImplementation(() => undefined);

interface Theft {
  owner: TestPhone;
  /** The stolen phone. */
  thief: TestPhone;
  /** Signs the stolen phone out, from the owner's other one. */
  signOut: () => Promise<void>;
}

async function theft(): Promise<Theft> {
  const owner = await TestPhone.signUp();
  const thief = await owner.secondPhone();
  const signOut = async () => {
    const { phones } = await (await thief.get("/account/phones")).json<PhonesResponse>();
    const id = phones.find(({ current }) => current)?.id ?? "";
    expect((await owner.delete(`/account/phones/${id}`)).status).toBe(204);
  };
  return { owner, thief, signOut };
}

const devicesOf = async (phone: TestPhone) =>
  (await (await phone.get("/account/devices")).json<DevicesResponse>()).devices;

const newestOf = async (phone: TestPhone) => (await phone.history())[0];

describe("an approval of a phone that is signed out later", () => {
  it("denies an unredeemed login when the phone that approved it is signed out [ATTACK-signed-out-approver]", async () => {
    const { owner, thief, signOut } = await theft();
    const login = await TestScreen.begin({ scope: "openid offline_access" });
    const code = await thief.approvedCode(login);
    await signOut();
    expect(await problemOf(await redeem(code))).toEqual([400, "invalid_grant"]);
    expect(await login.snapshot()).toMatchObject({ status: "denied" });
    expect(await devicesOf(owner)).toEqual([]);
    expect(await newestOf(owner)).toMatchObject({
      type: "login_refused",
      sid: login.created.session_id,
      reasons: [{ code: "approver_signed_out" }],
    });
    expect(await problemOf(await redeem(code))).toEqual([400, "invalid_grant"]);
    expect((await owner.history()).filter(({ type }) => type === "login_refused")).toHaveLength(1);
  });

  it("answers access_denied to a device whose approver was signed out (RFC 8628 §3.5)", async () => {
    const { owner, thief, signOut } = await theft();
    const device = await beginDevice();
    const answer = await thief.post("/sessions/scan", { user_code: device.user_code });
    const { scan_token, request } = await readScan(answer);
    expect(request?.step_up ?? false).toBe(false);
    const path = `/sessions/${device.session_id}/approve`;
    expect((await thief.post(path, { scan_token })).status).toBe(200);
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
    const browser = thief;
    const { sub } = browser;
    const known = await browser.get("/account");
    expect(await known.json()).toMatchObject({ account: { sub } });
    const secretHash = await secretHashOf(browser);
    const code = await approvedLink({ sub, phone: secretHash });
    await signOut();
    const another = new TestBrowser();
    const answer = await another.post("/account/link", { code, code_verifier: VERIFIER });
    expect(await problemOf(answer)).toEqual([403, "code_invalid"]);
    expect(await another.whoAmI()).toMatchObject({ signed_in: false });
    expect(await newestOf(owner)).toMatchObject({
      type: "login_refused",
      reasons: [{ code: "approver_signed_out" }],
    });
  });

  it("keeps a login that was redeemed before the approver was signed out", async () => {
    const { owner, thief, signOut } = await theft();
    const login = await TestScreen.begin();
    const code = await thief.approvedCode(login);
    const { access_token } = await (await redeem(code)).json<TokenResponse>();
    await signOut();
    // The client retries because the first response was lost.
    expect((await redeem(code)).status).toBe(200);
    expect(await devicesOf(owner)).toMatchObject([{ sid: login.created.session_id }]);
    const path = `/account/devices/${login.created.session_id}`;
    expect((await owner.delete(path)).status).toBe(204);
    const headers = { Authorization: `Bearer ${access_token}` };
    expect((await api("/userinfo", { headers })).status).toBe(401);
  });
});

it("redeems a login that a trusted issuer's user approved", async () => {
  const { code } = await new RelyingParty(env, "screen").approvedCode({}, { sub: "acme:ada" });
  expect((await redeem(code)).status).toBe(200);
});

/** The hash by which the account knows the phone. */
async function secretHashOf({ cookies }: TestBrowser): Promise<string> {
  const secret = (cookies.get("__Host-phone") ?? "").split(".")[1] ?? "";
  return await sha256(secret);
}
