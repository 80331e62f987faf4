import { env } from "cloudflare:workers";
import { expect, it } from "vitest";
import { currentNonce, nonceExpiry } from "../../../src/oidc/dpop/dpop-nonce.ts";
import { madeUp } from "../../support/api.ts";

const MINUTE = 60_000;
const NOW = 30_000_000 * MINUTE;

it("accepts a nonce in its minute and the two after it", async () => {
  const nonce = await currentNonce(env, NOW + 59_999);
  expect(nonce).toBe(await currentNonce(env, NOW));
  for (const now of [NOW, NOW + 59_999, NOW + 3 * MINUTE - 1]) {
    expect(await nonceExpiry(env, nonce, now)).toBe(NOW + 3 * MINUTE);
  }
  expect(await nonceExpiry(env, nonce, NOW + 3 * MINUTE)).toBeUndefined();
});

it("accepts a nonce of a machine whose clock is slightly ahead, and none of later minutes", async () => {
  const nonce = await currentNonce(env, NOW);
  expect(await nonceExpiry(env, nonce, NOW - 1)).toBe(NOW + 3 * MINUTE);
  expect(await nonceExpiry(env, nonce, NOW - MINUTE - 1)).toBeUndefined();
});

it("accepts no nonce that this server did not issue", async () => {
  const nonce = await currentNonce(env, NOW);
  const [minute = "", mac = ""] = nonce.split(".");
  for (const forged of [
    "",
    "x",
    minute,
    `${minute}.`,
    `.${mac}`,
    `${minute}.${madeUp()}`,
    `0${minute}.${mac}`,
    `${Number(minute) + 1}.${mac}`,
    `${minute}.${mac} `,
    `-1.${mac}`,
    `1e9.${mac}`,
    `9999999999.${mac}`,
    "x".repeat(5000),
  ]) {
    expect(await nonceExpiry(env, forged, NOW)).toBeUndefined();
  }
});
