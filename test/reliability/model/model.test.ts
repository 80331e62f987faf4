import fc from "fast-check";
import { describe, inject, it } from "vitest";
import {
  checkTokens,
  COMMAND,
  expectInvariants,
  TOLD_LIMIT,
  untilTold,
  type Model,
  type Real,
} from "./commands.ts";
import { until } from "../support/until.ts";
import { AT_THE_END, broken } from "./invariants.ts";
import { World } from "./world.ts";

const { seed, modelRuns } = inject("reliability");

/** Milliseconds: longer than a session and its code live together. */
const ALL_OVER = 200_000;

describe("phones, screens, clients, the clock, lost answers and resets, in any order", () => {
  it(
    "keeps every invariant",
    async () => {
      const figures = { seed, runs: 0, commands: 0, logins: 0, redeemed: 0, tokens: 0, ended: 0 };
      await fc.assert(
        fc.asyncProperty(
          fc.commands([COMMAND], { maxCommands: 40, size: "max" }),
          async (commands) => {
            const world = await World.make();
            const real: Real = { world, logins: [] };
            try {
              const model: Model = { logins: 0 };
              await fc.asyncModelRun(() => ({ model, real }), commands);
              await expectEnd(real);
              const facts = real.logins.map((login) => login.facts);
              figures.runs += 1;
              figures.commands += [...commands].length;
              figures.logins += facts.length;
              figures.redeemed += facts.filter(({ redeemedAt }) => redeemedAt !== undefined).length;
              figures.tokens += facts.reduce((sum, { given }) => sum + given.length, 0);
              figures.ended += facts.filter(({ ended }) => ended !== undefined).length;
            } finally {
              for (const { watchers } of real.logins)
                for (const watcher of watchers) watcher.stop();
              world.end();
            }
          },
        ),
        { seed, numRuns: modelRuns, verbose: 0 },
      );
      console.info(`model runs ${JSON.stringify(figures)}`);
    },
    24 * 3600 * 1000,
  );
});

/** When the time of everything is over, everybody has been told an end. */
async function expectEnd(real: Real): Promise<void> {
  const { world, logins } = real;
  for (const login of logins) await checkTokens(login);
  await untilTold(real);
  await world.passTime(ALL_OVER);
  await expectInvariants(real);
  const missing = () => logins.flatMap(({ facts }) => broken(AT_THE_END, facts, world.now))[0];
  await until(missing, TOLD_LIMIT);
}
