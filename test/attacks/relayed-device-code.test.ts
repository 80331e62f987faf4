import { describe, expect, it } from "vitest";
import { PLACES, problemOf, readScan, sendFrom, withClients } from "../support/api.ts";
import { TestPhone } from "../support/test-phone.ts";
import type { DeviceAnswer } from "../support/devices.ts";

/**
 * A device code does not rotate, and a device may be unable to show digits, so phishers relay it
 * (RFC 8628 §5.4).
 */

const ISSUER = "http://localhost:8787";

/** The code of a device at a place, typed by Ada in Berlin. */
async function relayed(place: keyof typeof PLACES, policy: object) {
  const worker = withClients({ client_id: "tv", policy });
  const begun = await sendFrom(
    { place: PLACES[place], worker },
    new Request(`${ISSUER}/device_authorization`, {
      method: "POST",
      headers: { "Content-Type": "application/x-www-form-urlencoded" },
      body: new URLSearchParams({ client_id: "tv" }),
    }),
  );
  const { session_id, user_code } = await begun.json<DeviceAnswer>();
  const ada = await TestPhone.signUp("Ada", { place: PLACES.berlin, worker });
  const typed = await readScan(await ada.post("/sessions/scan", { user_code }));
  const step = (what: string, body: object) =>
    ada.post(`/sessions/${session_id}/${what}`, {
      scan_token: typed.scan_token,
      ...body,
    });
  return { ada, request: typed.request, step };
}

describe("a relayed device code", () => {
  it.each(["moscow", "rented", "tor"] as const)(
    "requires the passkey for a device code from %s, as no digits can be shown [ATTACK-relayed-device-code]",
    async (place) => {
      const { ada, request, step } = await relayed(place, { step_up: "off" });
      expect(request).toMatchObject({ risk: { verdict: "verify" }, step_up: true });
      expect(request).not.toHaveProperty("match");
      expect(await problemOf(await step("approve", {}))).toEqual([403, "step_up_required"]);

      const { options } = await (
        await step("step-up", {})
      ).json<{
        options: Parameters<typeof ada.authenticator.get>[0];
      }>();
      const assertion = await ada.authenticator.get(options);
      expect((await step("approve", { assertion })).status).toBe(200);
    },
  );

  it("requires only a tap for a device code from the same city", async () => {
    const { step } = await relayed("potsdam", { step_up: "off" });
    expect((await step("approve", {})).status).toBe(200);
  });
});
