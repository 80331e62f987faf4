import { h } from "../ui/dom.ts";
import { CLAIMS, SUBJECT, type Claim } from "../ui/texts.ts";
import { CLAIM_METRICS, type ClaimMetric } from "./claim-metrics.ts";
import { figuresFor, formatFigure, type Figure } from "./metrics.ts";

/**
 * The claims with their measurements. The roles are explicit, since some screen readers don't
 * recognise a table that a narrow window displays as blocks.
 */
export function claimsTable(figures: readonly Figure[]): HTMLElement {
  const head = CLAIMS.columns.map((column) =>
    h("th", { scope: "col", role: "columnheader" }, column),
  );
  return h(
    "table",
    { class: "claims", role: "table", "aria-labelledby": "claims" },
    h("thead", { role: "rowgroup" }, h("tr", { role: "row" }, ...head)),
    h("tbody", { role: "rowgroup" }, ...rows(figures)),
  );
}

function rows(figures: readonly Figure[]): HTMLElement[] {
  const evidence: Record<string, readonly ClaimMetric[]> = CLAIM_METRICS;
  return Object.entries(CLAIMS.rows).map(([name, claim]) =>
    row(claim, evidence[name] ?? [], figures),
  );
}

function row(
  { claim, answer, labels, instead }: Claim,
  evidence: readonly ClaimMetric[],
  figures: readonly Figure[],
): HTMLElement {
  const shown = evidence.flatMap(({ measure, subjects }, i) => {
    const found = figuresFor(figures, measure, subjects);
    return found.length > 0 ? [h("p", { class: "hint" }, labels[i]), list(found)] : [];
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
  const names: Record<string, string> = SUBJECT;
  const pairs = figures.flatMap((figure) => [
    h("dt", {}, names[figure.subject] ?? figure.subject),
    h("dd", { "data-figure": `${figure.measure} ${figure.subject}` }, formatFigure(figure)),
  ]);
  return h("dl", { class: "figures" }, ...pairs);
}
