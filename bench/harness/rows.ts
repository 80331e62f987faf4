/** The results: a flat list, so that anything can read it. */
export type Row = { measure: string; subject: string; at?: number | string; unit: string } & (
  | { p50: number; p95: number; p99: number; count?: number; spread?: [number, number] }
  | { value: number; spread?: [number, number] }
);

/** The members of a row by which it is found again. */
export type RowKey = Pick<Row, "measure" | "subject"> & { at?: Row["at"] };

/** The number that stands for a row where there is place for one. */
export function headline(row: Row): number {
  return "value" in row ? row.value : row.p50;
}

export function findRow(rows: readonly Row[], { measure, subject, at }: RowKey): Row | undefined {
  return rows.find(
    (row) =>
      row.measure === measure && row.subject === subject && (at === undefined || row.at === at),
  );
}

/** A cost with what comes later on top of it. */
export function dearer(row: Row, more: number): Row {
  if (!("value" in row)) throw new TypeError(`${row.measure} is no single value`);
  const { value, spread, ...rest } = row;
  return {
    ...rest,
    value: value + more,
    ...(spread ? { spread: [spread[0] + more, spread[1] + more] } : {}),
  };
}

/** Puts a suite's new rows in the place of all that were there of its measures. */
export function mergeRows(
  known: readonly Row[],
  measures: readonly string[],
  rows: readonly Row[],
): Row[] {
  const stray = rows.find((row) => !measures.includes(row.measure));
  if (stray) throw new Error(`A suite has measured ${stray.measure}, which it did not announce.`);
  const kept = known.filter((row) => !measures.includes(row.measure));
  return [...kept, ...rows.map(rounded)];
}

/** Four digits say more than any measurement here can know. */
function rounded(row: Row): Row {
  const spread = row.spread && pair(row.spread);
  if ("value" in row) return { ...row, value: significant(row.value), ...spread };
  const [p50, p95, p99] = [significant(row.p50), significant(row.p95), significant(row.p99)];
  return { ...row, p50, p95, p99, ...spread };
}

function pair([from, to]: [number, number]): { spread: [number, number] } {
  return { spread: [significant(from), significant(to)] };
}

export function significant(value: number): number {
  return Number(value.toPrecision(4));
}
