import { svg } from "../../ui/svg.ts";
import { PHONE } from "../../ui/texts.ts";
import { countryName } from "../../../i18n/country-name.ts";
import { mapGeometry, type MarkedPoint } from "./map-geometry.ts";
import { HEIGHT, WIDTH, type Coordinates } from "./map-projection.ts";
import type { Place } from "../../../protocol/place.ts";

/** Width of a letter in pixels, as in request.css. */
const LETTER = 8;

/** A map of the locations of the screen and the phone. Undefined if one is unknown, or both are the same. */
export function placeMap(screen: Place, phone: Place, language: string): SVGSVGElement | undefined {
  const from = coordinates(screen);
  const to = coordinates(phone);
  const geometry = from && to && mapGeometry(from, to);
  if (!geometry) return undefined;

  const texts = PHONE.map;
  const names = [nameOf(screen, language), nameOf(phone, language)] as const;
  const [there, here] = geometry.points;
  return svg(
    "svg",
    {
      viewBox: `0 0 ${WIDTH} ${HEIGHT}`,
      class: "place-map",
      role: "img",
      "aria-label": texts.text(...names),
    },
    svg("path", { class: "graticule", d: geometry.graticule }),
    svg("path", { class: "arc", d: geometry.arc }),
    mark(there, "there", texts.screen, names[0]),
    mark(here, "here", texts.phone, names[1]),
  );
}

function coordinates({ latitude, longitude }: Place): Coordinates | undefined {
  return latitude === undefined || longitude === undefined ? undefined : { latitude, longitude };
}

function nameOf({ city, country }: Place, language: string): string {
  return city ?? (country === undefined ? PHONE.map.unnamed : countryName(country, language));
}

function mark({ x, y, label }: MarkedPoint, kind: string, role: string, name: string): SVGGElement {
  const letters = Math.floor(label.room / LETTER);
  const short = name.length > letters ? `${name.slice(0, letters - 1)}…` : name;
  return svg(
    "g",
    { class: `mark ${kind}` },
    svg("circle", { class: "halo", cx: x, cy: y, r: 9 }),
    svg("circle", { class: "spot", cx: x, cy: y, r: 4.5 }),
    svg("text", { x: label.x, y: label.y, "text-anchor": label.anchor }, role),
    svg("text", { class: "name", x: label.x, y: label.y + 15, "text-anchor": label.anchor }, short),
  );
}
