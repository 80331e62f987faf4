/**
 * Comma-separated values (RFC 4180 §2): a header, one record a line, CRLF after each, quotes where a
 * cell holds what would otherwise end it.
 */
export function toCsv(
  columns: readonly string[],
  records: readonly Record<string, string | undefined>[],
): string {
  const rows = records.map((record) => columns.map((column) => record[column] ?? ""));
  return [columns, ...rows].map((row) => `${row.map(cell).join(",")}\r\n`).join("");
}

/**
 * A table calculation runs a cell that begins like a formula (OWASP, “CSV Injection”). What stands in a
 * history was in part chosen by strangers, so such a cell begins with an apostrophe, which makes it text.
 */
function cell(value: string): string {
  const text = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
