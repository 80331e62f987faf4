import { h } from "../dom.ts";
import { chosen, told, type Figure } from "./measures.ts";
import { CLAIMS, SUBJECT, type Claim } from "./texts.ts";

/**
 * The claims, and what was measured of each. The roles are said, since a table that a narrow window
 * shows as blocks is none any more for some screen readers.
 */
export function claimsTable(figures: readonly Figure[]): HTMLElement {
  const head = CLAIMS.columns.map((column) =>
    h("th", { scope: "col", role: "columnheader" }, column),
  );
  return h(
    "table",
    { class: "claims", role: "table", "aria-labelledby": "claims" },
    h("thead", { role: "rowgroup" }, h("tr", { role: "row" }, ...head)),
    h("tbody", { role: "rowgroup" }, ...CLAIMS.rows.map((claim) => row(claim, figures))),
  );
}

function row(
  { claim, answer, figures: wanted, instead }: Claim,
  figures: readonly Figure[],
): HTMLElement {
  const shown = wanted.flatMap(({ label, measure, subjects }) => {
    const found = chosen(figures, measure, subjects);
    return found.length > 0 ? [h("p", { class: "hint" }, label), list(found)] : [];
  });
  const none = h("p", { class: "hint" }, instead ?? CLAIMS.missing);
  return h(
    "tr",
    { role: "row" },
    h("th", { scope: "row", role: "rowheader" }, claim),
    h("td", { role: "cell" }, answer),
    h("td", { role: "cell" }, ...(shown.length > 0 ? shown : [none])),
  );
}

function list(figures: readonly Figure[]): HTMLElement {
  const pairs = figures.flatMap((figure) => [
    h("dt", {}, SUBJECT[figure.subject] ?? figure.subject),
    h("dd", { "data-figure": `${figure.measure} ${figure.subject}` }, told(figure)),
  ]);
  return h("dl", { class: "figures" }, ...pairs);
}
