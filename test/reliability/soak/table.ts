import { TRANSPORTS } from "./plan.ts";
import type { SoakResult } from "./run-soak.ts";

/** What a run must have none of. */
export interface SoakFigures {
  logins: number;
  completed: number;
  lost: number;
  doubled: number;
  toldOtherwise: number;
  serverErrors: number;
  /** Kills that were asked for, and did not come. */
  missingKills: number;
}

export function figuresOf({ options, verdicts, serverErrors, kills }: SoakResult): SoakFigures {
  const count = (test: (verdict: (typeof verdicts)[number]) => boolean) =>
    verdicts.filter(test).length;
  return {
    logins: verdicts.length,
    completed: count(({ outcome }) => outcome === "completed"),
    lost: count(({ outcome }) => outcome === "lost"),
    doubled: count(({ doubled }) => doubled),
    toldOtherwise: count(({ toldOtherwise }) => toldOtherwise),
    serverErrors: serverErrors.length,
    missingKills: Math.max(0, options.kills - kills),
  };
}

export function isFlawless(figures: SoakFigures): boolean {
  const { logins, completed, lost, doubled, toldOtherwise, serverErrors, missingKills } = figures;
  return completed === logins && lost + doubled + toldOtherwise + serverErrors + missingKills === 0;
}

/** The run in a table, by transport, and each flaw in a line. */
export function tableOf(result: SoakResult): string {
  const { options, reports, verdicts, serverErrors } = result;
  const rows = [...TRANSPORTS, undefined].map((transport) => {
    const indexes = new Set(
      reports
        .filter((report) => transport === undefined || report.transport === transport)
        .map(({ index }) => index),
    );
    const some = { ...result, verdicts: verdicts.filter(({ index }) => indexes.has(index)) };
    const { logins, completed, lost, doubled, toldOtherwise } = figuresOf(some);
    return [transport ?? "all", logins, completed, lost, doubled, toldOtherwise];
  });
  const head = ["", "logins", "completed", "lost", "doubled", "told otherwise"];
  const decisions = Object.entries(Object.groupBy(reports, ({ decision }) => decision)).map(
    ([decision, some]) => `${decision} ${some.length}`,
  );
  return [
    aligned([head, ...rows].map((row) => row.map(String))),
    "",
    `seed ${options.seed}; ${decisions.join(", ")}`,
    `${result.kills} of ${options.kills} kills; ${result.requests} requests and connections, ` +
      `${result.repeats} repeated, ${result.lostAnswers} answers lost on purpose`,
    `${serverErrors.length} server errors other than 503; ${result.seconds.toFixed(0)} s`,
    ...flawsOf(result),
  ].join("\n");
}

function flawsOf({ reports, verdicts, serverErrors }: SoakResult): string[] {
  const flaws = verdicts.flatMap(({ index, reasons }) => {
    const report = reports.find((one) => one.index === index);
    const what = `login ${index} (${report?.transport}, ${report?.decision})`;
    return reasons.map((reason) => `- ${what}: ${reason}`);
  });
  const errors = serverErrors.map(({ status, request, body }) => `- ${status} ${request}: ${body}`);
  return flaws.length + errors.length === 0 ? [] : ["", ...flaws, ...errors];
}

function aligned(rows: readonly string[][]): string {
  const widths = (rows[0] ?? []).map((_, column) =>
    Math.max(...rows.map((row) => row[column]?.length ?? 0)),
  );
  const line = (row: readonly string[]) =>
    row
      .map((cell, i) => (i === 0 ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0)))
      .join("  ");
  return rows.map(line).join("\n");
}
