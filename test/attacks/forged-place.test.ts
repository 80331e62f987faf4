import { expect, it } from "vitest";
import type { ScanResponse } from "../../src/protocol/responses.ts";
import { TestPhone } from "../support/test-phone.ts";
import { TestScreen } from "../support/test-screen.ts";

/** A screen sends a false location, so that it looks near to the phone. */

const FORGED = {
  "CF-IPCountry": "AT",
  "CF-IPCity": "Graz",
  "CF-IPLatitude": "47.07",
  "CF-IPLongitude": "15.44",
  "CF-Region": "Styria",
  "CF-Timezone": "Europe/Vienna",
  "X-Forwarded-For": "203.0.113.7",
  "X-Real-IP": "203.0.113.7",
  "True-Client-IP": "203.0.113.7",
  Forwarded: "for=203.0.113.7",
  "X-Client-IP": "203.0.113.7",
};

it("ignores location headers and uses only the edge's location data [ATTACK-forged-place]", async () => {
  const [login, ada] = [await TestScreen.begin({}, { headers: FORGED }), await TestPhone.signUp()];
  const { request } = await ada.scan(login);
  const { city, region, country, latitude, longitude, ip } = request ?? {};
  const told = { city, region, country, latitude, longitude, ip };
  expect(Object.values(told).filter((value) => value !== undefined)).toEqual([]);
});

it("refuses a location in the body as an unknown member", async () => {
  const [login, ada] = [await TestScreen.begin(), await TestPhone.signUp()];
  for (const place of [{ country: "AT" }, { phone: { country: "AT" } }, { cf: {} }]) {
    const answer = await ada.send(login, "scan", { ...(await login.code()), ...place });
    expect(answer.status).toBe(400);
  }
  expect(await ada.scan(login)).toHaveProperty("scan_token" satisfies keyof ScanResponse);
});
