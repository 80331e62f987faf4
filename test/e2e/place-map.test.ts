import { join } from "node:path";
import { build } from "esbuild";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { placeMap } from "../../src/web/approver/map/location-map.ts";
import { launchBrowser } from "./support/chromium.ts";

/** The map of the two locations in a real browser with its fonts. */

declare const drawn: { placeMap: typeof placeMap };

type Arguments = Parameters<typeof placeMap>;

let browser: Browser;
let page: Page;

beforeAll(async () => {
  const { outputFiles } = await build({
    entryPoints: [join(import.meta.dirname, "../../src/web/approver/map/location-map.ts")],
    bundle: true,
    write: false,
    format: "iife",
    globalName: "drawn",
  });
  browser = await launchBrowser();
  page = await browser.newPage();
  await page.goto("about:blank");
  await page.addStyleTag({ path: join(import.meta.dirname, "../../src/templates/request.css") });
  await page.addScriptTag({ content: outputFiles[0]?.text ?? "" });
});
afterAll(() => browser.close());

/** Its description, and how far its labels exceed its edges. */
const draw = (...places: Arguments) =>
  page.evaluate((places) => {
    const svg = drawn.placeMap(...places);
    if (!svg) return undefined;
    document.body.replaceChildren(svg);
    const { left, right, bottom } = svg.getBoundingClientRect();
    const boxes = Array.from(svg.querySelectorAll("text"), (text) => text.getBoundingClientRect());
    const beyond = boxes.map((box) =>
      Math.max(left - box.left, box.right - right, box.bottom - bottom),
    );
    return { role: svg.role, label: svg.ariaLabel, beyond: Math.max(...beyond) };
  }, places);

const BERLIN = { city: "Berlin", country: "DE", latitude: 52.5, longitude: 13.4 };

it.each<[way: string, screen: Arguments[0], said: string]>([
  ["side by side", { city: "Moscow", latitude: 55.8, longitude: 37.6 }, "Moscow"],
  ["one above the other", { city: "Cape Town", latitude: -33.9, longitude: 18.4 }, "Cape Town"],
  [
    "in a country, and no city that is known",
    { country: "NZ", latitude: -41, longitude: 174 },
    "New Zealand",
  ],
  [
    "with a long name",
    { city: "San Fernando del Valle de Catamarca", latitude: -28, longitude: -65 },
    "San Fernando del Valle de Catamarca",
  ],
])("describes the map in words and shows every place: %s", async (_, screen, said) => {
  const map = await draw(screen, BERLIN, "en");
  expect(map?.role).toBe("img");
  expect(map?.label).toContain(`the screen in ${said}, your phone in Berlin`);
  expect(map?.beyond).toBeLessThan(0);
});

it("draws no map when a location is unknown", async () => {
  expect(await draw({ country: "RU" }, BERLIN, "en")).toBeUndefined();
  expect(await draw(BERLIN, {}, "en")).toBeUndefined();
});
