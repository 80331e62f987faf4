import { KIND_NAMES, type Kind } from "./kinds.ts";
import { element, text } from "./svg.ts";

/** The approximate width of a letter. */
const LETTER = 6.6;

/** A legend of the colours, in one line. */
export function legend(
  entries: readonly { colour: string; name: string }[],
  { x, y }: { x: number; y: number },
): string[] {
  let left = x;
  return entries.flatMap(({ colour, name }) => {
    const at = left;
    left += 36 + name.length * LETTER;
    return [
      element("rect", { class: `bar ${colour}`, x: at, y: y - 10, width: 12, height: 12, rx: 3 }),
      text(name, { x: at + 18, y }, { class: "key" }),
    ];
  });
}

export function legendOfKinds(kinds: ReadonlySet<Kind>, at: { x: number; y: number }): string[] {
  const inOrder = (["ours", "peer", "floor"] as const).filter((kind) => kinds.has(kind));
  return legend(
    inOrder.map((kind) => ({ colour: kind, name: KIND_NAMES[kind] })),
    at,
  );
}
