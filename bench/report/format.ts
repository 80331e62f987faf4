/** A number with three significant digits and separated thousands. */
export function formatNumber(value: number): string {
  if (value === 0) return "0";
  const size = Math.abs(value);
  if (size >= 100) return Math.round(value).toLocaleString("en-US");
  const digits = size >= 10 ? 1 : size >= 0.1 ? 2 : 3;
  return value.toFixed(digits);
}

/** A number with its unit: `1.32 ms`, `$6.67`, `12.4 kB`. */
export function formatValue(value: number, unit: string): string {
  if (unit === "USD") return `$${value.toFixed(2)}`;
  if (unit === "bytes" && Math.abs(value) >= 10_000) return `${formatNumber(value / 1000)} kB`;
  return `${formatNumber(value)} ${unit}`;
}
