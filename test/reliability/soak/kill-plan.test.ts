import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { SeededRandom } from "../support/seeded-random.ts";
import { KillPlan } from "./kill-plan.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** Plays a run in which each login is so many requests; gives after how many logins each kill came. */
function kills(options: { logins: number; kills: number }, perLogin: number, seed = 1): number[] {
  const came: number[] = [];
  let ended = 0;
  const plan = new KillPlan(options, new SeededRandom(seed), () => came.push(ended));
  while (ended < options.logins) {
    for (let i = 0; i < perLogin; i += 1) {
      plan.request();
      vi.runAllTimers();
    }
    ended += 1;
    plan.loginsEnded(ended);
  }
  return came;
}

describe("the plan of kills", () => {
  it("spreads the kills over the run", () => {
    const came = kills({ logins: 1000, kills: 40 }, 16);
    expect(came).toHaveLength(40);
    expect(Math.max(...came.slice(0, 20))).toBeLessThan(600);
    expect(Math.min(...came.slice(20))).toBeGreaterThan(400);
  });

  it("makes the same plan for the same seed", () => {
    const options = { logins: 200, kills: 10 };
    expect(kills(options, 16)).toEqual(kills(options, 16));
    expect(kills(options, 3, 1)).not.toEqual(kills(options, 3, 2));
  });

  it("plans no kills on request", () => {
    expect(kills({ logins: 50, kills: 0 }, 16)).toEqual([]);
  });
});
