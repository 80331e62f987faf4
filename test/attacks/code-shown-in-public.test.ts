import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { app } from "../../src/app.ts";
import type { ScanResponse } from "../../src/protocol/responses.ts";
import { codeOf, ISSUER, post } from "../support/api.ts";
import type { DeviceAnswer } from "../support/devices.ts";
import { historyOf } from "../support/person.ts";
import {
  BERLIN,
  MOSCOW,
  personAt,
  scanWith,
  screenAt,
  shopWith,
  type Person,
  type Place,
  type Screen,
} from "../support/places.ts";

/** A stranger scans a code that is shown in public, to learn whose connection is behind it, and where. */

const ADDRESS = "203.0.113.66";

const HOME: Place = {
  ...BERLIN,
  latitude: "52.51234",
  longitude: "13.41234",
  asn: 64496,
  asOrganization: "Lovelace Family Network",
};

/** Nothing of this may reach a stranger. */
const SECRETS = [ADDRESS, "52.51", "13.41", "64496", "Lovelace"];

const secretsIn = (value: unknown) =>
  SECRETS.filter((secret) => JSON.stringify(value).includes(secret));

const screenAtHome = (worker?: Env, clientId = "screen"): Promise<Screen> =>
  screenAt(HOME, worker, clientId, { "CF-Connecting-IP": ADDRESS });

/** What the stranger's account has of it, once that is written. */
async function written({ phone }: Person, type: string) {
  await expect
    .poll(async () => (await historyOf(phone)).map((event) => event.type))
    .toContain(type);
  return await historyOf(phone);
}

describe("a stranger who scans a code before its owner", () => {
  it.each<[string, Place | undefined]>([
    ["another country", MOSCOW],
    ["the same city", BERLIN],
    ["a place that nobody knows", undefined],
  ])(
    "hides the address and exact location of the screen from a stranger in %s [ATTACK-code-shown-in-public]",
    async (_, place) => {
      const [screen, eve] = [await screenAtHome(), await personAt(place)];
      const { scan_token, request } = await scanWith(eve.phone, screen);
      const approximate = { latitude: 52.5, longitude: 13.4 };
      expect(request).toMatchObject({ city: "Berlin", country: "DE", ...approximate });
      expect(secretsIn(request)).toEqual([]);

      const again = await eve.phone.post(screen.path("scan"), { scan_token });
      expect(secretsIn(await again.json())).toEqual([]);
      expect((await eve.phone.post(screen.path("deny"), { scan_token })).status).toBe(200);
      expect(secretsIn(await written(eve, "login_declined"))).toEqual([]);
    },
  );

  it("rounds distances so that three phones cannot locate the screen [ATTACK-code-shown-in-public/2]", async () => {
    const [screen, eve] = [await screenAtHome(), await personAt(MOSCOW)];
    const { request } = await scanWith(eve.phone, screen);
    expect(request?.risk.reasons).toContainEqual({ code: "far_apart", km: 1600 });
  });

  it("keeps distance and network out of the history of a stranger whose login was refused [ATTACK-code-shown-in-public/3]", async () => {
    const worker = shopWith({ block: ["another_country"] });
    const [screen, eve] = [await screenAtHome(worker, "shop"), await personAt(MOSCOW, worker)];
    await scanWith(eve.phone, screen);
    const [refused] = (await written(eve, "login_refused")).filter(
      ({ type }) => type === "login_refused",
    );
    expect(refused?.reasons).toContainEqual({ code: "far_apart" });
    expect(secretsIn(refused)).toEqual([]);
  });

  it("tells a stranger no more of a device whose code is typed", async () => {
    const asked = new Request(`${ISSUER}/device_authorization`, {
      method: "POST",
      headers: { "CF-Connecting-IP": ADDRESS },
      body: new URLSearchParams({ client_id: "screen" }),
      cf: HOME,
    });
    const { user_code } = await (await app.fetch(asked, env)).json<DeviceAnswer>();
    const eve = await personAt(MOSCOW);
    const answer = await eve.phone.post("/sessions/scan", { user_code });
    const { request } = await answer.json<ScanResponse>();
    expect(request).toMatchObject({ city: "Berlin", latitude: 52.5, longitude: 13.4 });
    expect(secretsIn(request)).toEqual([]);
  });
});

it("shows the address to a phone at the same address", async () => {
  const eve = await personAt(HOME);
  eve.phone.headers = { ...eve.phone.headers, "CF-Connecting-IP": ADDRESS };
  const { request } = await scanWith(eve.phone, await screenAtHome());
  expect(request).toMatchObject({ ip: ADDRESS, asn: 64496, network: "Lovelace Family Network" });
});

it("tells a phone that is not signed in nothing of the screen", async () => {
  const screen = await screenAtHome(env);
  const answer = await post(screen.path("scan"), await codeOf(screen));
  expect(await answer.json()).not.toHaveProperty("request");
});
