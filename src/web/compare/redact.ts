/** Shortens messages for the log, and removes their secrets. */

/** The path without session ids. */
export function abridgedPath({ pathname }: URL): string {
  return pathname.replaceAll(/[\w-]{43}/g, "…");
}

/** The members that are shown. */
const TOLD = ["version", "status", "events", "error"];

/** A JSON message, with `…` for what is left out. Other texts are only shortened. */
export function abridgedMessage(text: string): string {
  const value = parse(text);
  return typeof value === "object" && value !== null ? abridged(value) : text.slice(0, 80);
}

/** A server-sent event (HTML §9.2.5) on one line. */
export function abridgedEvent(block: string): string {
  return block
    .split("\n")
    .map((line) =>
      line.replace(/^data: ?(.*)$/, (_, data: string) => `data: ${abridgedMessage(data)}`),
    )
    .join(" ⏎ ");
}

function abridged(value: object): string {
  const all = Object.entries(value);
  const told = all.filter(([name]) => TOLD.includes(name));
  const members = told.map(([name, value]) => `"${name}": ${member(value)}`);
  if (told.length < all.length) members.push("…");
  return `{${members.join(", ")}}`;
}

function member(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(member).join(", ")}]`;
  return typeof value === "object" && value !== null ? abridged(value) : JSON.stringify(value);
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
