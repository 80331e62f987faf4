import type { Disturbance } from "../cost/from-tallies.ts";
import { COST_MEASURES, costRows } from "../cost/rows.ts";
import { startCounted, type CountedServer } from "../cost-counters/counted-server.ts";
import { measureEffort } from "../cost-counters/effort.ts";
import { FULL, QUICK } from "../cost-counters/extent.ts";
import { measureAbandoned, measureLogins } from "../cost-counters/measure.ts";
import { QUICK_WAYS, WAYS, type Way } from "../cost-counters/ways.ts";
import type { Row } from "../harness/rows.ts";
import type { Suite, SuiteContext } from "../harness/suite.ts";
import { bundledScript, workerBundle } from "../targets/ours/worker-bundle.ts";

/**
 * What a login costs on the platform, counted by a wrapper around the Worker: requests, messages, rows,
 * alarms, and the time in which an object can't sleep. Speed doesn't matter here, so all transports are
 * measured at the same time, each on its own servers.
 */
export const cost: Suite = {
  name: "cost",
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
      // Errors are handled below, where the promises are awaited.
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
      `Counted in the Worker itself: ${extent.logins} logins of each kind that waited ${extent.wait} s, and ${extent.logins} codes that nobody scanned in ${extent.sessionTtl} s, for people who had logged in before. CPU is the time of the whole workerd process, including its objects, for logins one after the other: more than Cloudflare would charge.`,
    );
    note(
      "A screen that asks for a user code costs one call and one row more. Also not included: when an account deletes a login after ninety days, that is one alarm and two rows written.",
    );
    return rows;
  } finally {
    await Promise.all(servers.map((server) => server.stop()));
  }
}

/** The counting Workers, by file. */
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
