import { env } from "cloudflare:workers";
import { runDurableObjectAlarm } from "cloudflare:test";
import fc from "fast-check";
import { afterEach, expect, it } from "vitest";
import { currentNonce, nonceExpiry } from "../../../src/oidc/dpop/dpop-nonce.ts";
import { verifyDpopProof } from "../../../src/oidc/dpop/dpop-proof.ts";
import { consumeJti } from "../../../src/oidc/dpop/jti-replay-cache.ts";
import { propertyRuns } from "../../accounts/property-runs.ts";
import { ISSUER } from "../../support/api.ts";
import { DpopKey } from "../../support/dpop-key.ts";
import { restoreClock, setClock } from "../../support/time.ts";

afterEach(restoreClock);

const REQUEST = { method: "POST", uri: `${ISSUER}/token` };

/** Presents a proof at `now`; returns whether it was accepted. */
async function present(proof: string, now: number): Promise<boolean> {
  setClock(now);
  const verified = await verifyDpopProof(proof, REQUEST, now, (nonce) =>
    nonceExpiry(env, nonce, now),
  );
  if (!verified.ok) return false;
  const { jkt, jti, until } = verified.value;
  return await consumeJti(env, { jkt }, jti, until);
}

it("accepts no DPoP proof twice, however wrong its clock is and whenever it is replayed [RFC9449-11.1]", async () => {
  const start = Date.now();
  await fc.assert(
    fc.asyncProperty(
      fc.record({
        // Milliseconds by which the client's clock is wrong; fractions of seconds occur too.
        skew: fc.oneof(
          fc.constantFrom(-60_000, 59_000, 60_000),
          fc.integer({ min: -90_000, max: 90_000 }),
        ),
        withNonce: fc.boolean(),
        waits: fc.array(
          fc.oneof(
            fc.constantFrom(0, 1, 59_000, 60_000, 118_000, 119_999, 120_000),
            fc.nat(200_000),
          ),
          { minLength: 1, maxLength: 5 },
        ),
      }),
      async ({ skew, withNonce, waits }) => {
        const key = await DpopKey.make();
        const nonce = withNonce ? { nonce: await currentNonce(env, start) } : {};
        const proof = await key.proof({ claims: { iat: (start + skew) / 1000, ...nonce } });
        const object = env.REPLAYS.get(env.REPLAYS.idFromName(`key:${key.jkt.charAt(0)}`));
        let accepted = 0;
        let now = start;
        for (const wait of [0, ...waits]) {
          now += wait;
          setClock(now);
          // The rows that have expired by now are deleted first.
          await runDurableObjectAlarm(object);
          if (await present(proof, now)) accepted += 1;
        }
        expect(accepted).toBeLessThanOrEqual(1);
      },
    ),
    { numRuns: propertyRuns() },
  );
});

it("remembers a DPoP proof for a while after it expires, for requests that are late", async () => {
  const start = Date.now();
  const key = await DpopKey.make();
  expect(await consumeJti(env, { jkt: key.jkt }, "late", start + 60_000)).toBe(true);
  setClock(start + 61_000);
  const object = env.REPLAYS.get(env.REPLAYS.idFromName(`key:${key.jkt.charAt(0)}`));
  await runDurableObjectAlarm(object);
  expect(await consumeJti(env, { jkt: key.jkt }, "late", start + 60_000)).toBe(false);
});
