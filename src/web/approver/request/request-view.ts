import { h } from "../../ui/dom.ts";
import { icon } from "../../ui/icon.ts";
import * as icons from "../../ui/icons.ts";
import { PHONE } from "../../ui/texts.ts";
import { requestTextsFor } from "./request-texts.ts";
import { describeConsent, describeRequest } from "./describe.ts";
import type { AnsweredScan } from "../steps.ts";
import { placeMap } from "../map/location-map.ts";
import { reasonTexts, type Severity } from "./reasons.ts";
import type { ApprovalRequest } from "../../../protocol/approval-request.ts";

/** The parts of a request that are only displayed. */

const SEVERITY_ICONS: Record<Severity, string> = {
  warning: icons.alert,
  note: icons.info,
  good: icons.check,
};

/** The verdict with its reasons, and a map if the devices are apart. Undefined without reasons. */
export function riskPart(request: ApprovalRequest, language: string): HTMLElement | undefined {
  const { verdict, reasons } = request.risk;
  if (reasons.length === 0) return undefined;
  const items = reasonTexts(reasons, language).map(({ severity, text }) =>
    h("li", { "data-severity": severity }, icon(SEVERITY_ICONS[severity]), h("span", {}, text)),
  );
  return h(
    "div",
    { class: `risk ${verdict}` },
    verdict === "allow" ? undefined : h("h2", {}, PHONE.request.verdict[verdict]),
    h("ul", { role: "list" }, ...items),
    verdict === "allow" ? undefined : placeMap(request, request.phone, language),
  );
}

export function factsPart(
  request: ApprovalRequest,
  options: { language: string; now: number },
): HTMLElement {
  const facts = describeRequest(request, options).flatMap(([label, value]) => [
    h("dt", {}, label),
    h("dd", {}, value),
  ]);
  return h("dl", { class: "facts" }, ...facts);
}

/** What an approval grants, and for how long. Undefined if the request can't be approved. */
export function consentPart(
  { request, client }: AnsweredScan,
  options: { language: string; name: string | undefined },
): HTMLElement | undefined {
  const { consent, risk } = request;
  if (!consent || risk.verdict === "block") return undefined;
  const { heading, items, terms } = describeConsent(consent, { ...options, client: client.name });
  return h(
    "section",
    { class: "consent", "aria-labelledby": "consent" },
    h("h2", { id: "consent" }, heading),
    // Without the role, Safari doesn't treat a list without markers as a list.
    h("ul", { role: "list" }, ...items.map((item) => h("li", {}, item))),
    terms === undefined ? undefined : h("p", { class: "hint" }, terms),
  );
}

/** What to check before an approval, or why there can be none. */
export function warningPart(scan: AnsweredScan): HTMLElement {
  const { warning, warningDetail } = requestTextsFor(scan);
  const content =
    scan.request.risk.verdict === "block"
      ? [PHONE.request.blocked]
      : [h("strong", {}, warning), ` ${warningDetail}`];
  return h("div", { class: "warning" }, icon(icons.alert), h("p", {}, ...content));
}

/** What an approval does, and what it requires. */
export function approvalHint(
  name: string | undefined,
  request: ApprovalRequest,
): HTMLElement | undefined {
  const sentences = [
    ...(name === undefined ? [] : [PHONE.request.asYou(name)]),
    ...(request.step_up ? [whyStepUp(request)] : []),
  ];
  return sentences.length > 0 ? h("p", { class: "hint as-you" }, sentences.join(" ")) : undefined;
}

function whyStepUp({ grant, match, risk }: ApprovalRequest): string {
  const insteadOfDigits = grant === "device_code" && risk.verdict === "verify" && !match;
  return insteadOfDigits ? PHONE.request.stepUpForDevice : PHONE.request.stepUp;
}
