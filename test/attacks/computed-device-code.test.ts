import { afterEach, describe, expect, it, vi } from "vitest";
import { hmacSha256 } from "../../src/lib/digest.ts";
import { api, problemOf, redeem } from "../support/api.ts";
import { TestPhone } from "../support/test-phone.ts";
import { TestScreen } from "../support/test-screen.ts";
import { approveDevice, beginDevice, pollDevice, type DeviceAnswer } from "../support/devices.ts";

/**
 * An attacker knows a device's session id and watch token, for example from a proxy log (RFC 8628
 * §5.2).
 */

vi.spyOn(console, "warn").mockImplementation(() => undefined);
afterEach(() => vi.clearAllMocks());

/** All codes that can be computed from the watch token. */
async function computed({ session_id, watch_token }: DeviceAnswer): Promise<string[]> {
  const label = "qr-login.v1 authorization code";
  const secrets = [
    await hmacSha256(watch_token, label),
    await hmacSha256(watch_token, "qr-login.v1 device code"),
    await hmacSha256(session_id, label),
    await hmacSha256(watch_token, session_id),
    watch_token,
    session_id,
  ];
  return secrets.map((secret) => `${session_id}.${secret}`);
}

describe("a stolen watch token of a device", () => {
  it("gives no device code to the holder of a watch token [ATTACK-computed-device-code]", async () => {
    const device = await beginDevice({ scope: "openid offline_access" });
    const guesses = await computed(device);
    expect(guesses).not.toContain(device.device_code);
    const tries = async () => {
      for (const code of guesses) {
        expect(await problemOf(await pollDevice(code))).toEqual([400, "invalid_grant"]);
        expect(await problemOf(await redeem(code))).toEqual([400, "invalid_grant"]);
      }
    };
    await tries();
    await approveDevice(device);
    await tries();
    // The attempts do not affect the device's login.
    expect((await pollDevice(device.device_code)).status).toBe(200);
    await tries();
  });

  it("shows no device code in any response about the session", async () => {
    const device = await beginDevice();
    const headers = { Authorization: `Bearer ${device.watch_token}` };
    const seen = async () =>
      await (await api(`/sessions/${device.session_id}`, { headers })).text();
    const told = [await seen()];
    await approveDevice(device);
    told.push(await seen());
    await pollDevice(device.device_code);
    told.push(await seen());
    expect(told.join()).not.toContain(device.device_code.split(".")[1]);
    for (const text of told) expect(JSON.parse(text)).not.toHaveProperty("code");
  });

  it("rejects a code computed from a screen's watch token without the verifier", async () => {
    const [ada, login] = [await TestPhone.signUp(), await TestScreen.begin()];
    const code = await ada.approvedCode(login);
    const { session_id, watch_token } = login.created;
    const secret = await hmacSha256(watch_token, "qr-login.v1 authorization code");
    // The code of a screen is derived from the watch token, so that it can be sent again after an
    // interruption.
    expect(code.startsWith(`${session_id}.${secret}.`)).toBe(true);
    for (const stolen of [code, `${session_id}.${secret}`]) {
      expect(await problemOf(await redeem(stolen, { code_verifier: "" }))).toEqual([
        400,
        "invalid_grant",
      ]);
      expect(await problemOf(await pollDevice(stolen))).toEqual([400, "invalid_grant"]);
    }
    expect((await redeem(code)).status).toBe(200);
  });
});
