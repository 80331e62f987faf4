import { PHONE } from "../../ui/texts.ts";
import { countryName } from "../../../i18n/country-name.ts";
import type { ShownReason } from "../../../protocol/approval-request.ts";

/** How a reason is displayed. */
export type Severity = "warning" | "note" | "good";

export interface ReasonText {
  severity: Severity;
  text: string;
}

const ORDER: readonly Severity[] = ["warning", "note", "good"];

/** The reasons as sentences, the worst first. */
export function reasonTexts(reasons: readonly ShownReason[], language: string): ReasonText[] {
  const texts = mergeDistance(reasons).map((reason) => textFor(reason, language));
  return ORDER.flatMap((severity) => texts.filter((reason) => reason.severity === severity));
}

type FarAbroad = { code: "far_abroad"; km: number; screen: string; phone: string };

/** The distance and the country become one sentence. */
function mergeDistance(reasons: readonly ShownReason[]): (ShownReason | FarAbroad)[] {
  const far = reasons.find(({ code }) => code === "far_apart" || code === "distance");
  const abroad = reasons.find(({ code }) => code === "another_country");
  if (far === undefined || !("km" in far) || abroad === undefined || !("screen" in abroad)) {
    return [...reasons];
  }
  const one: FarAbroad = { ...abroad, code: "far_abroad", km: far.km };
  return [one, ...reasons.filter((reason) => reason !== far && reason !== abroad)];
}

function textFor(reason: ShownReason | FarAbroad, language: string): ReasonText {
  const texts = PHONE.reasons;
  const warning = (text: string): ReasonText => ({ severity: "warning", text });
  const note = (text: string): ReasonText => ({ severity: "note", text });
  const good = (text: string): ReasonText => ({ severity: "good", text });
  const country = (code: string) => countryName(code, language);
  switch (reason.code) {
    case "same_network":
    case "same_city":
      return good(texts[reason.code]);
    case "distance":
      return note(texts.distance(distance(reason.km, language)));
    case "far_apart":
      return warning(texts.far_apart(distance(reason.km, language)));
    case "another_country":
      return warning(texts.another_country(country(reason.screen), country(reason.phone)));
    case "far_abroad": {
      const { km, screen, phone } = reason;
      return warning(texts.far_abroad(distance(km, language), country(screen), country(phone)));
    }
    case "hosting_network":
      return warning(texts.hosting_network(reason.network));
    case "many_tries":
      return warning(texts.many_tries(reason.count));
    case "anonymous_network":
    case "place_hidden":
    case "code_repeated":
    case "foreign_network":
    case "unheard_of":
      return warning(texts[reason.code]);
    case "place_unknown":
    case "new_device":
    case "first_login":
      return note(texts[reason.code]);
  }
}

/** Locations are precise to a city at best, so the distance is rounded. */
function distance(km: number, language: string): string {
  const format = new Intl.NumberFormat(language, {
    style: "unit",
    unit: "kilometer",
    maximumSignificantDigits: 2,
  });
  return format.format(Math.max(1, km));
}
