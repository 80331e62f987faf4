import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { WAYS, type Way } from "../../src/web/compare/transport-lane.ts";
import { duration } from "../../src/web/compare/comparison.ts";
import { COMPARE, PHONE, SCREEN, WAY } from "../../src/web/ui/texts.ts";
import { launchBrowser } from "./support/chromium.ts";
import { openScreen, shownLink, takePhone, type Seen } from "./support/people.ts";
import { startTestServer, type TestServer } from "../support/node/server.ts";
import { watchTraffic } from "./support/traffic.ts";

/** The page /compare: four screens wait for one phone. */

let server: TestServer;
let desk: Browser;

beforeAll(async () => {
  server = await startTestServer();
  desk = await launchBrowser();
});
afterAll(async () => {
  await desk.close();
  await server[Symbol.asyncDispose]();
});

const laneOf = ({ page }: Seen, way: Way) => page.locator(`[data-way="${way}"]`);
const factOf = (screen: Seen, way: Way, fact: string) =>
  laneOf(screen, way).locator(`[data-fact="${fact}"]`);

/** The measurements of a lane. */
async function shown(screen: Seen, way: Way): Promise<Record<string, string | undefined>> {
  const data = await laneOf(screen, way).evaluate(({ dataset }) => ({ ...dataset }));
  const verdict = await laneOf(screen, way).locator(".verdict").innerText();
  return { ...data, verdict };
}

/** Types the code on the phone and opens the request. */
async function typeCode(screen: Seen, phone: Awaited<ReturnType<typeof takePhone>>): Promise<void> {
  const code = await screen.page.locator("[data-user-code]").getAttribute("data-user-code");
  await phone.press(PHONE.home.type);
  await phone.page.getByLabel(PHONE.typing.label).fill(String(code));
  await phone.press(PHONE.typing.submit);
  await phone.sees("request");
}

it("shows one approval on four screens with the measured traffic", async () => {
  const screen = await openScreen(desk, "about:blank");
  const traffic = await watchTraffic(screen.page);
  await screen.page.goto(`${server.origin}/compare`);
  await screen.sees("pending");
  for (const way of WAYS)
    await factOf(screen, way, "connection").getByText(WAY[way].connected).waitFor();
  await using phone = await takePhone(server.origin);
  await phone.createAccount("Ada Lovelace");

  await phone.scan(screen);
  await phone.sees("request");
  await screen.sees("scanned");
  // A callback reports final states only.
  for (const way of ["websocket", "sse", "poll"] as const) {
    await laneOf(screen, way).getByText(COMPARE.scannedShort, { exact: true }).waitFor();
  }
  expect(await phone.page.locator("main").innerText()).toContain("QR login, compared");
  await phone.press(PHONE.request.approve);
  await phone.page.getByText(PHONE.ends.approved[1]).waitFor();
  await screen.sees("ended");

  const lanes = await Promise.all(
    WAYS.map(async (way) => [way, await shown(screen, way)] as const),
  );
  for (const [way, lane] of lanes) {
    expect(lane).toMatchObject({ status: "approved", connection: "over" });
    const seen = traffic.of(way);
    expect([way, Number(lane["requests"]), Number(lane["down"]), Number(lane["up"])]).toEqual([
      way,
      seen.requests,
      seen.down,
      seen.up,
    ]);
    const behind = Number(lane["behind"]);
    expect(behind).toBeGreaterThanOrEqual(0);
    expect(lane["verdict"]).toBe(behind === 0 ? COMPARE.first : COMPARE.later(duration(behind)));
    expect(await factOf(screen, way, "reconnected").innerText()).toBe(COMPARE.reconnected(0));
    // The network log has the same order and distances.
    const first = Math.min(...WAYS.map((one) => traffic.of(one).lastAt));
    expect(Math.abs(seen.lastAt - first - behind)).toBeLessThan(1000);
  }
  expect(lanes.filter(([, lane]) => lane["order"] === "first")).toHaveLength(1);
  expect(traffic.of("websocket").requests).toBe(1);
  expect(traffic.of("sse").requests).toBe(1);
  expect(traffic.of("poll").requests).toBeGreaterThan(1);

  // The callback arrived before its page polled.
  const callback = laneOf(screen, "callback");
  await callback
    .getByText(/^The login’s server called the site’s server: one request, \d+ B$/)
    .waitFor();
  expect(await factOf(screen, "callback", "called").innerText()).toMatch(
    /^about .+ (m?s|earlier)$/,
  );
  expect(await callback.locator(".log").innerText()).toContain('"status": "approved"');
  expect([...screen.errors, ...phone.errors]).toEqual([]);

  await screen.page.setViewportSize({ width: 320, height: 640 });
  expect(await screen.page.evaluate(() => document.documentElement.scrollWidth)).toBe(320);
  await screen.page.close();
});

it("shows the matching digits for an unusual login", async () => {
  const screen = await openScreen(desk, `${server.origin}/compare`);
  await screen.sees("pending");
  const [session = ""] = (await shownLink(screen)).split("/").pop()?.split(".") ?? [];
  // Wrong codes for this login raise the risk.
  for (const letter of ["A", "B", "C"]) {
    const refused = await fetch(`${server.origin}/sessions/${session}/scan`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ t: 0, mac: letter.repeat(16) }),
    });
    expect(refused.status).toBe(403);
  }
  await using phone = await takePhone(server.origin);
  await phone.createAccount("Ada Lovelace");
  await typeCode(screen, phone);
  await screen.page.getByText(SCREEN.scanned.digits).first().waitFor();
  const digits = await screen.page.locator("p.big-code [aria-hidden]").textContent();
  expect(digits).toMatch(/^\d\d$/);
  await phone.page.getByLabel(PHONE.match.digits.label).fill(String(digits));
  await phone.press(PHONE.request.approve);
  await phone.page.getByText(PHONE.ends.approved[1]).waitFor();
  await screen.sees("ended");
  expect([...screen.errors, ...phone.errors]).toEqual([]);
  await screen.page.close();
});

it("reconnects after a lost connection and still receives the approval", async () => {
  const screen = await openScreen(desk, `${server.origin}/compare`);
  await screen.sees("pending");
  const reconnected = (way: Way) => factOf(screen, way, "reconnected");
  for (const way of WAYS)
    await factOf(screen, way, "connection").getByText(WAY[way].connected).waitFor();

  await screen.press(COMPARE.cutOne(WAY.websocket.name));
  await reconnected("websocket").getByText(COMPARE.reconnected(1)).waitFor();
  expect(await reconnected("sse").innerText()).toBe(COMPARE.reconnected(0));
  await screen.press(COMPARE.cutAll);
  await reconnected("websocket").getByText(COMPARE.reconnected(2)).waitFor();
  await reconnected("sse").getByText(COMPARE.reconnected(1)).waitFor();
  expect((await shown(screen, "websocket"))["requests"]).toBe("3");
  expect((await shown(screen, "sse"))["requests"]).toBe("2");

  await using phone = await takePhone(server.origin);
  await phone.createAccount("Grace Hopper");
  await typeCode(screen, phone);
  await phone.press(PHONE.request.decline);
  await screen.sees("ended");
  await screen.page.getByText(COMPARE.ended.denied[0]).first().waitFor();
  for (const way of WAYS) expect((await shown(screen, way))["status"]).toBe("denied");
  expect(screen.errors).toEqual([]);
  await screen.page.close();
});

it("starts again with a new code and cancels the old session", async () => {
  const screen = await openScreen(desk, `${server.origin}/compare`);
  await screen.sees("pending");
  const first = await shownLink(screen);
  const cancelled = screen.page.waitForResponse(/\/cancel$/);
  await screen.press(COMPARE.restart);
  expect((await cancelled).status()).toBe(204);
  await expect
    .poll(async () => (await shownLink(screen)).split(".")[0])
    .not.toBe(first.split(".")[0]);
  for (const way of WAYS)
    await factOf(screen, way, "connection").getByText(WAY[way].connected).waitFor();
  expect(screen.errors).toEqual([]);
  await screen.page.close();
});

it("shows an expired code and an unreachable server", async () => {
  await using brief = await startTestServer({ vars: { SESSION_TTL: "12" } });
  const screen = await openScreen(desk, `${brief.origin}/compare`);
  await screen.sees("pending");
  await screen.sees("ended");
  await screen.page.getByText(COMPARE.ended.expired[0]).waitFor();
  await brief.kill();
  await screen.press(COMPARE.restart);
  await screen.sees("failed");
  await brief.restart();
  await screen.press(COMPARE.restart);
  await screen.sees("pending");
  await screen.page.close();
});

it.each([
  [320, 640],
  [390, 844],
  [844, 390],
  [1280, 800],
])("fits the comparison into a window of %d by %d", async (width, height) => {
  const screen = await openScreen(desk, `${server.origin}/compare`, {
    viewport: { width, height },
  });
  await screen.sees("pending");
  for (const way of WAYS) await laneOf(screen, way).locator(".log li").first().waitFor();
  const overflow = await screen.page.evaluate(() =>
    Array.from(document.querySelectorAll("main *"))
      .filter((element) => !element.closest(".visually-hidden, thead"))
      .filter((element) => element.getBoundingClientRect().right > innerWidth)
      .map((element) => element.outerHTML.slice(0, 100)),
  );
  expect(overflow).toEqual([]);
  expect(await screen.page.evaluate(() => document.documentElement.scrollWidth)).toBe(width);
  // All controls are large enough for a thumb.
  const small = await screen.page.evaluate(() =>
    Array.from(document.querySelectorAll<HTMLElement>("button"))
      .filter((button) => button.offsetHeight < 44 || button.offsetWidth < 44)
      .map(({ innerText }) => innerText),
  );
  expect(small).toEqual([]);
  await screen.page.close();
});

it("works by keyboard and has accessible names", async () => {
  const screen = await openScreen(desk, `${server.origin}/`);
  await screen.sees("pending");
  await screen.page.getByRole("link", { name: SCREEN.aside }).press("Enter");
  await screen.page.waitForURL(`${server.origin}/compare`);
  await screen.sees("pending");
  await screen.page.getByRole("heading", { level: 1, name: COMPARE.heading }).waitFor();
  await screen.page.getByRole("region", { name: WAY.sse.name }).waitFor();
  await screen.page.getByRole("list", { name: COMPARE.log(WAY.sse.name) }).focus();
  await screen.page.keyboard.press("Tab");
  await screen.page.keyboard.press("Enter");
  await factOf(screen, "sse", "reconnected").getByText(COMPARE.reconnected(1)).waitFor();
  const table = screen.page.getByRole("table");
  expect(await table.getByRole("rowheader").count()).toBeGreaterThan(5);
  expect(await table.getByRole("columnheader").count()).toBe(3);
  expect(screen.errors).toEqual([]);
  await screen.page.close();
});
