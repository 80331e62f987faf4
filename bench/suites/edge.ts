import type { Disturbance } from "../cost/from-tallies.ts";
import { COST_MEASURES, costRows } from "../cost/rows.ts";
import { startCounted, type CountedServer } from "../edge/counted-server.ts";
import { measureEffort } from "../edge/effort.ts";
import { FULL, QUICK } from "../edge/extent.ts";
import { measureAbandoned, measureLogins } from "../edge/measure.ts";
import { QUICK_WAYS, WAYS, type Way } from "../edge/ways.ts";
import type { Row } from "../harness/rows.ts";
import type { Suite, SuiteContext } from "../harness/suite.ts";
import { bundledScript, workerBundle } from "../subjects/ours/worker-bundle.ts";

/**
 * What a login makes the platform do, counted on the Worker itself by a wrapper round it: requests,
 * messages, rows, alarms, and the time for which an object can't sleep; and what that costs. Nothing
 * here says how fast anything is, so all ways of waiting run beside each other, each in servers of
 * its own.
 */
export const edge: Suite = {
  name: "edge",
  measures: ["wake_ups", "wakings", "seconds_awake_waiting", ...COST_MEASURES],
  run,
};

async function run(context: SuiteContext): Promise<Row[]> {
  const { quick, log, note } = context;
  const extent = quick ? QUICK : FULL;
  const ways = quick ? WAYS.filter(({ subject }) => QUICK_WAYS.includes(subject)) : WAYS;
  const bundle = await workerBundle();
  const scripts = await bundledScripts(ways);
  const servers: CountedServer[] = [];
  try {
    const measured = [];
    for (const way of ways) {
      const start = async () => {
        const script = scripts.get(way.entry) ?? "";
        const server = await startCounted(way, { ...bundle, script }, extent, context.folder());
        servers.push(server);
        return server;
      };
      log(`${way.subject}: ${extent.logins} logins, and as many abandoned codes`);
      const [forLogins, forAbandoned] = [await start(), await start()];
      const efforts = await measureEffort(forLogins, way, extent);
      const login = measureLogins(forLogins, extent, efforts);
      const abandoned = measureAbandoned(forAbandoned, extent, efforts);
      // Whatever goes wrong is told below, where it is waited for.
      for (const part of [login, abandoned]) part.catch(() => undefined);
      measured.push({ way, login, abandoned });
    }
    const rows: Row[] = [];
    for (const { way, login, abandoned } of measured) {
      const { counts, disturbed } = await abandoned;
      rows.push(
        ...wakeRows(way.subject, disturbed, extent.undisturbed),
        ...costRows({ subject: way.subject, login: await login, abandoned: counts }),
      );
    }
    note(
      `Counted on the Worker itself: ${extent.logins} logins of each way that waited ${extent.wait} s, and ${extent.logins} codes that nobody scanned in ${extent.sessionTtl} s, of people who had logged in before. CPU is that of workerd in all, its objects' too, for logins one after the other: more than would be charged for.`,
    );
    note(
      "Screens that ask for a code to type cost a call and a row more. Not in it either is what comes ninety days later, when an account forgets a login: an alarm, and two rows written.",
    );
    return rows;
  } finally {
    await Promise.all(servers.map((server) => server.stop()));
  }
}

/** The Workers that count, by their files. */
async function bundledScripts(ways: readonly Way[]): Promise<Map<string, string>> {
  const scripts = new Map<string, string>();
  for (const { entry } of ways) {
    if (!scripts.has(entry)) scripts.set(entry, await bundledScript(entry));
  }
  return scripts;
}

function wakeRows(subject: string, disturbed: Disturbance, at: number): Row[] {
  return [
    { measure: "wake_ups", subject, at, unit: "calls", value: disturbed.handlers },
    { measure: "wakings", subject, at, unit: "constructions", value: disturbed.wakings },
    { measure: "seconds_awake_waiting", subject, at, unit: "s", value: disturbed.secondsAwake },
  ];
}
