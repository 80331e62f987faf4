/** Comma-separated values with a header line (RFC 4180 §2). */
export function toCsv(
  columns: readonly string[],
  records: readonly Record<string, string | undefined>[],
): string {
  const rows = records.map((record) => columns.map((column) => record[column] ?? ""));
  return [columns, ...rows].map((row) => `${row.map(cell).join(",")}\r\n`).join("");
}

/**
 * A spreadsheet executes a cell that starts like a formula (OWASP, “CSV Injection”), and strangers
 * choose some of the values. An apostrophe makes such a cell text.
 */
function cell(value: string): string {
  const text = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
