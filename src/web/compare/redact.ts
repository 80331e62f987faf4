/** Shortens messages for the log, and removes their secrets. */

/** The path without session ids. */
export function redactPath({ pathname }: URL): string {
  return pathname.replaceAll(/[\w-]{43}/g, "…");
}

/** The members that are shown. */
const SHOWN_MEMBERS = ["version", "status", "events", "error"];

/** A JSON message, with `…` for what is left out. Other texts are only shortened. */
export function redactMessage(text: string): string {
  const value = parse(text);
  return typeof value === "object" && value !== null ? redactMembers(value) : text.slice(0, 80);
}

/** A server-sent event (HTML §9.2.5) on one line. */
export function redactEvent(block: string): string {
  return block
    .split("\n")
    .map((line) =>
      line.replace(/^data: ?(.*)$/, (_, data: string) => `data: ${redactMessage(data)}`),
    )
    .join(" ⏎ ");
}

function redactMembers(value: object): string {
  const all = Object.entries(value);
  const shown = all.filter(([name]) => SHOWN_MEMBERS.includes(name));
  const members = shown.map(([name, value]) => `"${name}": ${member(value)}`);
  if (shown.length < all.length) members.push("…");
  return `{${members.join(", ")}}`;
}

function member(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(member).join(", ")}]`;
  return typeof value === "object" && value !== null ? redactMembers(value) : JSON.stringify(value);
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
