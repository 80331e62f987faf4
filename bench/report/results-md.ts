import type { Results } from "../harness/results.ts";
import { AIMS, answers } from "./aims.ts";
import { SECTIONS, type Section } from "./sections.ts";
import { markdownTable, tableOf } from "./tables.ts";

/** RESULTS.md: everything in the results, and nothing else but what explains it. */
export function resultsMarkdown(
  results: Results,
  {
    charts,
    subjects,
  }: { charts: ReadonlySet<string>; subjects: readonly { name: string; about: string }[] },
): string {
  const { rows } = results;
  const aims = answers(AIMS, rows);
  const sections = SECTIONS.flatMap((section) => sectionOf(section, results, charts));
  const others = [...new Set(rows.map(({ measure }) => measure))].filter(
    (measure) => !SECTIONS.some((section) => section.measure === measure),
  );
  const measured = new Set(rows.map(({ subject }) => subject));
  return `${[
    "# What was measured",
    "Written by `npm run bench`, with [results.json](results.json) beside it; not by hand.",
    circumstances(results),
    ...(aims.length === 0
      ? []
      : [
          "## What was aimed at",
          markdownTable(
            ["", "measured", "reached", "cause"],
            aims.map(({ aim, measured, reached, cause = "" }) => [
              aim,
              measured,
              reached ? "yes" : "**no**",
              cause,
            ]),
          ),
        ]),
    ...sections,
    ...(others.length === 0 ? [] : ["## What else was counted"]),
    ...others.flatMap((measure) => [
      `### \`${measure}\``,
      tableOf(rows.filter((row) => row.measure === measure)),
    ]),
    "## Who was measured",
    subjects
      .filter(({ name }) => measured.has(name))
      .map(({ name, about }) => `- \`${name}\`: ${about}`)
      .join("\n"),
  ].join("\n\n")}\n`;
}

function sectionOf(
  { measure, title, text, reference, chart }: Section,
  { rows }: Results,
  charts: ReadonlySet<string>,
): string[] {
  const own = rows.filter((row) => row.measure === measure);
  if (own.length === 0) return [];
  return [
    `## ${title}`,
    text,
    ...(chart !== undefined && charts.has(chart) ? [`![${title}](charts/${chart})`] : []),
    tableOf(own, reference),
  ];
}

/** On what machine it was, when, and what must be known of each suite. */
function circumstances({ machine, suites }: Results): string {
  const runs = Object.entries(suites).map(([name, { ranAt, seconds, notes }]) => {
    const when = ranAt.slice(0, 16).replace("T", " ");
    return [`- **${name}** (${when} UTC, ${seconds} s).`, ...notes].join(" ");
  });
  const where = machine
    ? `${machine.cores} cores (${machine.cpu}), ${machine.memoryGB} GB, ${machine.system}; Node ${machine.node}, workerd ${machine.workerd}. Servers, driver and everything else shared it, over loopback. Storage was on tmpfs, but for what is called \`…-on-disk\`. Times differ from machine to machine, and from hour to hour on a shared one: what stands is how the subjects of one run compare. Where a spread is given, it is of the rounds' medians.`
    : "";
  return [where, runs.join("\n")].filter((part) => part !== "").join("\n\n");
}
