/**
 * `npm run picture`: takes the pictures in the README from a running server, in light and dark: the
 * login page in a window, and beside it the phone page with its request.
 */
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import sparticuz from "@sparticuz/chromium";
import { chromium, type Browser, type BrowserContextOptions, type Page } from "playwright-core";
import { PHONE } from "../src/web/ui/texts.ts";
import { addAuthenticator } from "../test/e2e/support/chromium.ts";
import { startDevServer } from "./dev-server.ts";

const OUTPUT = join(import.meta.dirname, "../docs/images");
const PORT = 8799;
const HOST = "login.example.com";
const ISSUER = `https://${HOST}`;

/** Device pixels per CSS pixel. */
const DENSITY = 2;

const DESKTOP = { width: 820, height: 620 };
const MOBILE = { width: 390, height: 860 };

const LAPTOP =
  "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36";

/** An invented location of the screen. */
const PLACE = {
  asn: 64496,
  asOrganization: "Example Telecom",
  city: "Graz",
  region: "Styria",
  country: "AT",
};

type Scheme = "light" | "dark";

interface Pictures {
  screen: Buffer;
  phone: Buffer;
}

const folder = await mkdtemp(join(tmpdir(), "qr-login-picture-"));
const place = join(folder, "cf.json");
await writeFile(place, JSON.stringify(PLACE));
process.env["CLOUDFLARE_CF_FETCH_PATH"] = place;

const server = await startDevServer({
  port: PORT,
  issuer: ISSUER,
  persistTo: join(folder, "state"),
  args: ["--local-protocol", "https"],
  vars: { CLIENTS: JSON.stringify([{ client_id: "screen", name: "Example Shop" }]) },
});
const browser = await chromium.launch({
  executablePath: await sparticuz.executablePath(),
  args: [
    "--no-sandbox",
    "--disable-gpu",
    // The host in the picture resolves to this machine, whose certificate is self-signed.
    `--host-resolver-rules=MAP ${HOST}:443 localhost:${PORT}`,
    "--ignore-certificate-errors",
  ],
});
try {
  await mkdir(OUTPUT, { recursive: true });
  for (const [scheme, file] of [
    ["light", "pages.png"],
    ["dark", "pages-dark.png"],
  ] as const) {
    const picture = await frame(browser, await takePictures(browser, scheme), scheme);
    await writeFile(join(OUTPUT, file), picture);
    console.log(`docs/images/${file}: ${picture.length} bytes`);
  }
} finally {
  await browser.close();
  await server.stop();
  await rm(folder, { recursive: true });
}

async function takePictures(browser: Browser, scheme: Scheme): Promise<Pictures> {
  const common = { colorScheme: scheme, deviceScaleFactor: DENSITY, locale: "en-GB" } as const;
  const phone = await open(browser, { ...common, viewport: MOBILE, isMobile: true });
  await addAuthenticator(phone);
  await phone.goto(`${ISSUER}/phone`);
  await phone.getByRole("button", { name: PHONE.signIn.create, exact: true }).click();
  await phone.getByLabel(PHONE.create.name).fill("Ada Lovelace");
  await phone.getByRole("button", { name: PHONE.create.submit, exact: true }).click();
  await phone.locator('main[data-state="home"]').waitFor();

  const screen = await open(browser, { ...common, viewport: DESKTOP, userAgent: LAPTOP });
  await screen.setExtraHTTPHeaders({ "CF-Connecting-IP": "203.0.113.7" });
  await screen.goto(ISSUER);
  const link = await screen.locator("[data-link]").getAttribute("data-link");
  await screen.locator('#connection[data-state="connected"]').waitFor();
  await settled(screen);
  const screenPicture = await screen.screenshot();

  await phone.goto(link ?? ISSUER);
  await phone.locator('main[data-state="request"]').waitFor();
  await settled(phone);
  const phonePicture = await phone.screenshot();
  await screen.context().close();
  await phone.context().close();
  return { screen: screenPicture, phone: phonePicture };
}

async function open(browser: Browser, options: BrowserContextOptions): Promise<Page> {
  return await (await browser.newContext(options)).newPage();
}

/** Waits for the end of all animations, and removes the focus. */
async function settled(page: Page): Promise<void> {
  await page.evaluate(async () => {
    if (document.activeElement instanceof HTMLElement) document.activeElement.blur();
    const moving = document
      .getAnimations()
      .filter((animation) => animation.effect?.getComputedTiming().endTime !== Infinity);
    await Promise.all(moving.map((animation) => animation.finished));
  });
}

/** Both pages side by side, in a window and in a phone. */
async function frame(
  browser: Browser,
  { screen, phone }: Pictures,
  scheme: Scheme,
): Promise<Buffer> {
  const page = await open(browser, {
    viewport: { width: 1240, height: 740 },
    deviceScaleFactor: DENSITY,
  });
  const image = (picture: Buffer) => `data:image/png;base64,${picture.toString("base64")}`;
  const colours = {
    light: "--ground: #e3e7f0; --bar: #fff; --dots: #d3d8e3; --body: #20242f; --shade: #1e284630",
    dark: "--ground: #05070b; --bar: #1c202b; --dots: #3a4050; --body: #3a4050; --shade: #0008",
  }[scheme];
  await page.setContent(`<!doctype html>
    <style>
      :root { ${colours} }
      body { margin: 0; height: 100vh; background: var(--ground); }
      body { display: flex; align-items: center; justify-content: center; gap: 44px; }
      img { display: block; }
      .window { border-radius: 12px; overflow: hidden; box-shadow: 0 24px 60px var(--shade); }
      .bar { height: 36px; padding: 0 14px; background: var(--bar); }
      .bar { display: flex; align-items: center; gap: 8px; }
      .bar i { width: 11px; height: 11px; border-radius: 50%; background: var(--dots); }
      .window img { width: ${DESKTOP.width}px; }
      .phone { border-radius: 40px; padding: 8px; background: var(--body); }
      .phone { box-shadow: 0 24px 60px var(--shade); }
      .phone img { width: 296px; border-radius: 32px; }
    </style>
    <div class="window"><div class="bar"><i></i><i></i><i></i></div><img src="${image(screen)}"></div>
    <div class="phone"><img src="${image(phone)}"></div>`);
  const picture = await page.screenshot();
  await page.context().close();
  return picture;
}
