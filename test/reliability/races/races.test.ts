import { afterEach, describe, expect, inject, it } from "vitest";
import type { TestPhone } from "../../support/test-phone.ts";
import { Receiver } from "../../receivers/receiver.ts";
import { SeededRandom } from "../support/seeded-random.ts";
import { restoreClock } from "../../support/time.ts";
import { newOwner, race, STARTS } from "./race.ts";
import { brokenRules } from "./rules.ts";

const { seed, races } = inject("reliability");

/** An account remembers its logins, so that one of many races would be slow. */
const RACES_PER_ACCOUNT = 20;

afterEach(restoreClock);

describe("several requests and the expiry at the same moment", () => {
  it.each(STARTS.map((start, i) => ({ start, i })))(
    "gives one winner for a session that is $start and sends it to every watcher",
    async ({ start, i }) => {
      // Clients of test/receivers have lower numbers.
      const receiver = new Receiver(`callback-${51 + i}`);
      let owner: TestPhone | undefined;
      for (let round = 0; round < races; round += 1) {
        if (round % RACES_PER_ACCOUNT === 0) owner = await newOwner();
        if (!owner) throw new Error("nobody can approve");
        const random = new SeededRandom(seed, round * STARTS.length + i);
        const outcome = await race(start, { owner, receiver, random });
        restoreClock();
        const broken = brokenRules(outcome);
        if (broken.length > 0) console.error(`seed ${seed}, race ${round}`, outcome);
        expect(broken).toEqual([]);
      }
      console.info(`races ${JSON.stringify({ seed, races })}`);
    },
    120_000 + races * 10_000,
  );
});
