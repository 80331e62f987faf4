/** The results are a flat list of rows. */
export type Row = { measure: string; subject: string; at?: number | string; unit: string } & (
  | { p50: number; p95: number; p99: number; count?: number; spread?: [number, number] }
  | { value: number; spread?: [number, number] }
);

/** The key of a row. */
export type RowKey = Pick<Row, "measure" | "subject"> & { at?: Row["at"] };

/** The main number of a row: its value or its median. */
export function headline(row: Row): number {
  return "value" in row ? row.value : row.p50;
}

export function findRow(rows: readonly Row[], { measure, subject, at }: RowKey): Row | undefined {
  return rows.find(
    (row) =>
      row.measure === measure && row.subject === subject && (at === undefined || row.at === at),
  );
}

/** A cost plus a later cost. */
export function withExtraCost(row: Row, more: number): Row {
  if (!("value" in row)) throw new TypeError(`${row.measure} is no single value`);
  const { value, spread, ...rest } = row;
  return {
    ...rest,
    value: value + more,
    ...(spread ? { spread: [spread[0] + more, spread[1] + more] } : {}),
  };
}

/** Replaces all rows of a suite's measures by its new rows. */
export function mergeRows(
  known: readonly Row[],
  measures: readonly string[],
  rows: readonly Row[],
): Row[] {
  const stray = rows.find((row) => !measures.includes(row.measure));
  if (stray)
    throw new Error(`A suite returned the measure ${stray.measure}, which it doesn't declare.`);
  const kept = known.filter((row) => !measures.includes(row.measure));
  return [...kept, ...rows.map(rounded)];
}

/** Four digits are more precise than any measurement here. */
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
