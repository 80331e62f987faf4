import { findRow, headline, type Row } from "../harness/rows.ts";
import { formatNumber } from "./format.ts";

/** A Markdown table of the rows of one measure, one line for each subject. */
export function tableOf(rows: readonly Row[], reference?: string): string {
  const [first] = rows;
  if (!first) return "";
  return "p50" in first ? distributions(rows, reference) : values(rows, reference);
}

function distributions(rows: readonly Row[], reference: string | undefined): string {
  const places = [...new Set(rows.map(({ at }) => at))];
  const several = places.length > 1 || places[0] !== undefined;
  const unit = rows[0]?.unit ?? "";
  const header = [
    "",
    ...(several ? ["at"] : []),
    `p50 (${unit})`,
    "p95",
    "p99",
    "medians of the rounds",
    ...(reference === undefined ? [] : [`÷ ${reference}`]),
  ];
  const lines = rows.flatMap((row) => {
    if (!("p50" in row)) return [];
    const { p50, p95, p99, spread } = row;
    return [
      [
        `\`${row.subject}\``,
        ...(several ? [String(row.at ?? "")] : []),
        ...[p50, p95, p99].map(formatNumber),
        spread ? spread.map(formatNumber).join(" – ") : "",
        ...(reference === undefined ? [] : [ratio(row, rows, reference)]),
      ],
    ];
  });
  return markdownTable(header, lines);
}

function values(rows: readonly Row[], reference: string | undefined): string {
  const places = [...new Set(rows.map(({ at }) => at))];
  const subjects = [...new Set(rows.map(({ subject }) => subject))];
  const unit = rows[0]?.unit ?? "";
  const names = places.map((at) => (at === undefined ? unit : `${at} (${unit})`));
  const header = [
    "",
    ...names.flatMap((name) => [name, ...(reference === undefined ? [] : [`÷ ${reference}`])]),
  ];
  const lines = subjects.map((subject) => [
    `\`${subject}\``,
    ...places.flatMap((at) => {
      const row = rows.find((row) => row.subject === subject && row.at === at);
      const shown = row ? withSpread(row) : "–";
      if (reference === undefined) return [shown];
      return [shown, row ? ratio(row, rows, reference) : "–"];
    }),
  ]);
  return markdownTable(header, lines);
}

function withSpread(row: Row): string {
  const shown = formatNumber(headline(row));
  if (!row.spread) return shown;
  return `${shown} (${row.spread.map(formatNumber).join(" – ")})`;
}

/** The value divided by that of the reference at the same level in the same run. */
function ratio(row: Row, rows: readonly Row[], reference: string): string {
  const { measure, at } = row;
  const base = findRow(rows, { measure, subject: reference, ...(at === undefined ? {} : { at }) });
  if (!base || headline(base) === 0) return "–";
  return formatNumber(headline(row) / headline(base));
}

export function markdownTable(header: readonly string[], lines: readonly string[][]): string {
  const row = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  const alignment = header.map((_, i) => (i === 0 ? "---" : "---:"));
  return [row(header), row(alignment), ...lines.map(row)].join("\n");
}
