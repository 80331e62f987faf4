/**
 * `npm run soak`: plays logins on a server that is killed at random moments and started again on the
 * same storage, and prints what became of them. Ends with 1 where one was lost, doubled or told
 * otherwise. `--seed` repeats what the people do, and when kills are due (docs/reliability.md).
 */
import { parseArgs } from "node:util";
import { fail, cleanUpOnExit } from "../../../bench/harness/cleanup.ts";
import { closeConnections } from "../../../bench/harness/http.ts";
import { runSoak } from "./run-soak.ts";
import { figuresOf, isFlawless, tableOf } from "./table.ts";

cleanUpOnExit();

try {
  const { values } = parseArgs({
    options: {
      logins: { type: "string", default: "1000" },
      kills: { type: "string", default: "40" },
      seed: { type: "string", default: "1" },
      "at-once": { type: "string", default: "16" },
      "lost-answers": { type: "string", default: "0.02" },
      "session-ttl": { type: "string", default: "120" },
    },
  });
  const number = (name: keyof typeof values, max: number) => {
    const value = Number(values[name]);
    if (!(value >= 0 && value <= max)) throw new Error(`--${name} must be from 0 to ${max}.`);
    return value;
  };
  const result = await runSoak({
    logins: number("logins", 1_000_000),
    kills: number("kills", 100_000),
    seed: number("seed", 2 ** 32),
    atOnce: number("at-once", 1_000),
    lostAnswers: number("lost-answers", 0.9),
    sessionTtl: number("session-ttl", 600),
    log: console.log,
  });
  console.log(`\n${tableOf(result)}`);
  closeConnections();
  process.exit(isFlawless(figuresOf(result)) ? 0 : 1);
} catch (error) {
  fail(error);
}
