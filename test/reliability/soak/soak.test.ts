import { afterAll, describe, expect, it } from "vitest";
import { closeConnections } from "../../../bench/harness/http.ts";
import { runSoak } from "./run-soak.ts";
import { figuresOf, tableOf } from "./table.ts";

/** Few logins: `npm run soak` is the same with many (docs/reliability.md). */
const LOGINS = 32;

afterAll(closeConnections);

describe("logins on a server that is killed again and again", () => {
  it("end once as decided and are reported so", async () => {
    const result = await runSoak({
      ...{ logins: LOGINS, kills: 3, seed: 3, atOnce: 8, lostAnswers: 0.03, sessionTtl: 40 },
      log: () => undefined,
    });
    const figures = figuresOf(result);
    if (figures.completed < LOGINS) console.error(tableOf(result));
    expect(figures).toEqual({
      ...{ logins: LOGINS, completed: LOGINS, lost: 0, doubled: 0, toldOtherwise: 0 },
      ...{ serverErrors: 0, missingKills: 0 },
    });
  });
});
