import { PHONE } from "../../ui/texts.ts";
import { countryName } from "../../../i18n/country-name.ts";
import { duration } from "../format-time.ts";
import type { ApprovalRequest } from "../../../protocol/approval-request.ts";
import type { Consent } from "../../../protocol/consent.ts";

/** The request as pairs of a label and a value, the most important first. */
export function describeRequest(
  request: Pick<
    ApprovalRequest,
    "requested_at" | "browser" | "system" | "ip" | "asn" | "network" | "city" | "region" | "country"
  >,
  { language, now }: { language: string; now: number },
): [label: string, value: string][] {
  const texts = PHONE.request;
  const network = [request.network, request.asn && `AS${request.asn}`].filter(Boolean).join(", ");
  return [
    [texts.browser, request.browser ?? texts.unknown],
    [texts.system, request.system ?? texts.unknown],
    [texts.place, formatPlace(request, language) || texts.unknown],
    [texts.time, formatTime(request.requested_at, { language, now })],
    // The server discloses the IP address only to a phone in the same network.
    ...(request.ip === undefined ? [] : [[texts.address, request.ip] satisfies [string, string]]),
    ...(network ? [[texts.network, network] satisfies [string, string]] : []),
  ];
}

/** What the client receives, and for how long. `name`: the name of the approver. */
export function describeConsent(
  { access, claims, expires_in, sso_expires_in }: Consent,
  { client, language, name }: { client: string; language: string; name: string | undefined },
): { heading: string; items: string[]; terms?: string } {
  if (access === "account") return PHONE.request.consentToPhone;
  const texts = PHONE.request.consent;
  if (access === "none") return { heading: texts.heading(client), items: [texts.none] };
  const terms = [
    expires_in === undefined ? undefined : texts[access](duration(expires_in, language)),
    sso_expires_in === undefined ? undefined : texts.sso(duration(sso_expires_in, language)),
  ].filter((sentence) => sentence !== undefined);
  return {
    heading: texts.heading(client),
    items: claims.map((claim) => (claim === "name" ? texts.name(name) : texts[claim])),
    ...(terms.length === 0 ? {} : { terms: terms.join(" ") }),
  };
}

/** City, region and country, each name once: a city may be its own region. */
export function formatPlace(
  {
    city,
    region,
    country,
  }: { city?: string | undefined; region?: string | undefined; country?: string | undefined },
  language: string,
): string {
  return [...new Set([city, region, country && countryName(country, language)])]
    .filter(Boolean)
    .join(", ");
}

function formatTime(iso: string, { language, now }: { language: string; now: number }): string {
  const then = Date.parse(iso);
  const seconds = Math.min(0, Math.round((then - now) / 1000));
  const relative = new Intl.RelativeTimeFormat(language, { numeric: "auto" });
  const ago =
    seconds > -60
      ? relative.format(seconds, "second")
      : relative.format(Math.ceil(seconds / 60), "minute");
  const clock = new Intl.DateTimeFormat(language, { timeStyle: "short" }).format(then);
  return `${ago}, ${clock}`;
}
