import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { app } from "../../src/app.ts";
import type { ScanResponse } from "../../src/protocol/responses.ts";
import { BERLIN, ISSUER, MOSCOW, type Place, post, withPolicy } from "../support/api.ts";
import { TestPhone } from "../support/test-phone.ts";
import { TestScreen } from "../support/test-screen.ts";
import type { DeviceAnswer } from "../support/devices.ts";

/**
 * A stranger scans a code that is shown in public, to learn the address and location of the
 * screen.
 */

const ADDRESS = "203.0.113.66";

const HOME: Place = {
  ...BERLIN,
  latitude: "52.51234",
  longitude: "13.41234",
  asn: 64496,
  asOrganization: "Lovelace Family Network",
};

/** Values that a stranger must not see. */
const SECRETS = [ADDRESS, "52.51", "13.41", "64496", "Lovelace"];

const secretsIn = (value: unknown) =>
  SECRETS.filter((secret) => JSON.stringify(value).includes(secret));

const screenAtHome = (worker?: Env, clientId = "screen"): Promise<TestScreen> =>
  TestScreen.begin(
    { client_id: clientId },
    { place: HOME, worker, headers: { "CF-Connecting-IP": ADDRESS } },
  );

/** The history of the stranger's account, once it has an event of this type. */
async function written(phone: TestPhone, type: string) {
  await expect.poll(async () => (await phone.history()).map((event) => event.type)).toContain(type);
  return await phone.history();
}

describe("a stranger who scans a code before its owner", () => {
  it.each<[string, Place | undefined]>([
    ["another country", MOSCOW],
    ["the same city", BERLIN],
    ["a place that nobody knows", undefined],
  ])(
    "hides the address and exact location of the screen from a stranger in %s [ATTACK-code-shown-in-public]",
    async (_, place) => {
      const [screen, eve] = [await screenAtHome(), await TestPhone.signUp("Ada", { place })];
      const { scan_token, request } = await eve.scan(screen);
      const approximate = { latitude: 52.5, longitude: 13.4 };
      expect(request).toMatchObject({ city: "Berlin", country: "DE", ...approximate });
      expect(secretsIn(request)).toEqual([]);

      const again = await eve.post(screen.path("scan"), { scan_token });
      expect(secretsIn(await again.json())).toEqual([]);
      expect((await eve.post(screen.path("deny"), { scan_token })).status).toBe(200);
      expect(secretsIn(await written(eve, "login_declined"))).toEqual([]);
    },
  );

  it("rounds distances so that three phones cannot locate the screen [ATTACK-code-shown-in-public/2]", async () => {
    const [screen, eve] = [await screenAtHome(), await TestPhone.signUp("Ada", { place: MOSCOW })];
    const { request } = await eve.scan(screen);
    expect(request?.risk.reasons).toContainEqual({ code: "far_apart", km: 1600 });
  });

  it("keeps distance and network out of the history of a stranger whose login was refused [ATTACK-code-shown-in-public/3]", async () => {
    const worker = withPolicy({ block: ["another_country"] });
    const [screen, eve] = [
      await screenAtHome(worker, "shop"),
      await TestPhone.signUp("Ada", { place: MOSCOW, worker }),
    ];
    await eve.scan(screen);
    const [refused] = (await written(eve, "login_refused")).filter(
      ({ type }) => type === "login_refused",
    );
    expect(refused?.reasons).toContainEqual({ code: "far_apart" });
    expect(secretsIn(refused)).toEqual([]);
  });

  it("hides the address and exact location of a device from a stranger who types its code", async () => {
    const asked = new Request(`${ISSUER}/device_authorization`, {
      method: "POST",
      headers: { "CF-Connecting-IP": ADDRESS },
      body: new URLSearchParams({ client_id: "screen" }),
      cf: HOME,
    });
    const { user_code } = await (await app.fetch(asked, env)).json<DeviceAnswer>();
    const eve = await TestPhone.signUp("Ada", { place: MOSCOW });
    const answer = await eve.post("/sessions/scan", { user_code });
    const { request } = await answer.json<ScanResponse>();
    expect(request).toMatchObject({ city: "Berlin", latitude: 52.5, longitude: 13.4 });
    expect(secretsIn(request)).toEqual([]);
  });
});

it("shows the IP address to a phone with the same address", async () => {
  const eve = await TestPhone.signUp("Ada", { place: HOME });
  eve.headers = { ...eve.headers, "CF-Connecting-IP": ADDRESS };
  const { request } = await eve.scan(await screenAtHome());
  expect(request).toMatchObject({ ip: ADDRESS, asn: 64496, network: "Lovelace Family Network" });
});

it("shows nothing about the screen to a phone that is not signed in", async () => {
  const screen = await screenAtHome(env);
  const answer = await post(screen.path("scan"), await screen.code());
  expect(await answer.json()).not.toHaveProperty("request");
});
