/** What goes over the wire, short enough to be read while it happens, and without its secrets. */

/** A path without what names the session. */
export function abridgedPath({ pathname }: URL): string {
  return pathname.replaceAll(/[\w-]{43}/g, "…");
}

/** The members that tell something; the rest of a message is left out. */
const TOLD = ["version", "status", "events", "error"];

/** A message as JSON, with `…` for what is left out. What isn't JSON is told as it is. */
export function abridgedMessage(text: string): string {
  const value = parse(text);
  return typeof value === "object" && value !== null ? abridged(value) : text.slice(0, 80);
}

/** An event of a stream (HTML §9.2.5) on one line. */
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
