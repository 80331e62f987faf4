import type { Disturbance } from "../cost/from-tallies.ts";
import { COST_MEASURES, costRows } from "../cost/rows.ts";
import { startCounted, type CountedServer } from "../cost-counters/counted-server.ts";
import { measureCpuTimes } from "../cost-counters/cpu-times.ts";
import { FULL, QUICK } from "../cost-counters/run-size.ts";
import { measureAbandoned, measureLogins } from "../cost-counters/measure.ts";
import {
  QUICK_TRANSPORTS,
  TRANSPORTS,
  type CountedTransport,
} from "../cost-counters/transports.ts";
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
  const runSize = quick ? QUICK : FULL;
  const transports = quick
    ? TRANSPORTS.filter(({ subject }) => QUICK_TRANSPORTS.includes(subject))
    : TRANSPORTS;
  const bundle = await workerBundle();
  const scripts = await bundledScripts(transports);
  const servers: CountedServer[] = [];
  try {
    const measured = [];
    for (const transport of transports) {
      const start = async () => {
        const script = scripts.get(transport.entry) ?? "";
        const server = await startCounted(
          transport,
          { ...bundle, script },
          runSize,
          context.folder(),
        );
        servers.push(server);
        return server;
      };
      log(`${transport.subject}: ${runSize.logins} logins, and as many abandoned codes`);
      const [forLogins, forAbandoned] = [await start(), await start()];
      const cpuTimes = await measureCpuTimes(forLogins, transport, runSize);
      const login = measureLogins(forLogins, runSize, cpuTimes);
      const abandoned = measureAbandoned(forAbandoned, runSize, cpuTimes);
      // Errors are handled below, where the promises are awaited.
      for (const part of [login, abandoned]) part.catch(() => undefined);
      measured.push({ transport, login, abandoned });
    }
    const rows: Row[] = [];
    for (const { transport, login, abandoned } of measured) {
      const { counts, disturbed } = await abandoned;
      rows.push(
        ...wakeRows(transport.subject, disturbed, runSize.idleSeconds),
        ...costRows({ subject: transport.subject, login: await login, abandoned: counts }),
      );
    }
    note(
      `Counted in the Worker itself: ${runSize.logins} logins of each kind that waited ${runSize.wait} s, and ${runSize.logins} codes that nobody scanned in ${runSize.sessionTtl} s, for people who had logged in before. CPU is the time of the whole workerd process, including its objects, for logins one after the other: more than Cloudflare would charge.`,
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
async function bundledScripts(
  transports: readonly CountedTransport[],
): Promise<Map<string, string>> {
  const scripts = new Map<string, string>();
  for (const { entry } of transports) {
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
