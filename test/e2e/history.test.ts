import { readFile } from "node:fs/promises";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { ACCOUNT, PHONE } from "../../src/web/ui/texts.ts";
import { launchBrowser } from "./support/chromium.ts";
import { logIn } from "./support/log-in.ts";
import { openScreen, takePhone, type PhoneInHand } from "./support/people.ts";
import { startTestServer, type TestServer } from "../support/node/server.ts";

/** The history of an account: reading, downloading, and deleting it with the account. */

const texts = ACCOUNT.history;
const { deletion } = ACCOUNT;

let server: TestServer;
let desk: Browser;
let phone: PhoneInHand;

beforeAll(async () => {
  server = await startTestServer();
  desk = await launchBrowser();
});
afterAll(async () => {
  await desk.close();
  await server[Symbol.asyncDispose]();
});
beforeEach(async () => {
  phone = await takePhone(server.origin);
  await phone.createAccount("Ada Lovelace");
  return () => phone[Symbol.asyncDispose]();
});

async function openHistory(): Promise<void> {
  await phone.page.goto(`${server.origin}/phone`);
  await phone.page.getByRole("link", { name: ACCOUNT.navigation.history }).click();
  await phone.sees("history");
}

/** Downloads the file of this link. */
async function download(name: string): Promise<{ file: string; text: string }> {
  const [saved] = await Promise.all([
    phone.page.waitForEvent("download"),
    phone.page.getByRole("link", { name, exact: true }).click(),
  ]);
  return { file: saved.suggestedFilename(), text: await readFile(await saved.path(), "utf8") };
}

describe("the history", () => {
  it("describes the events by day, the newest first", async () => {
    const screen = await logIn(desk, server.origin, phone);
    const another = await openScreen(desk, `${server.origin}/`);
    await another.sees("pending");
    await phone.follow(another);
    await phone.press(PHONE.request.decline);
    await another.sees("denied");
    await openHistory();
    await phone.page.getByRole("heading", { name: texts.today, exact: true }).waitFor();
    const happenings = phone.page.locator("[data-type]");
    const types = await happenings.evaluateAll((all) =>
      all.map((entry) => entry.getAttribute("data-type")),
    );
    expect(types.at(-1)).toBe("account_created");
    expect(types).toContain("login");
    const login = phone.page.locator('[data-type="login"]');
    expect(await login.innerText()).toMatch(/You logged in to QR login on Chrome/);
    expect(await login.locator("time").getAttribute("datetime")).toMatch(/Z$/);
    expect(phone.errors).toEqual([]);
    await Promise.all([screen.page.close(), another.page.close()]);
  });

  it("downloads the history as CSV and JSON", async () => {
    const screen = await logIn(desk, server.origin, phone);
    await openHistory();
    const json = await download(texts.yours.json);
    expect(json.file).toBe("history.json");
    expect(JSON.parse(json.text)).toMatchObject({ events: [{ type: "login" }, {}] });
    const csv = await download(texts.yours.csv);
    expect(csv.file).toBe("history.csv");
    expect(csv.text.split("\r\n")[0]).toContain("at,type,client_id");
    expect(csv.text).toContain(",login,screen,");
    await screen.page.close();
  });
});

describe("an account", () => {
  it("keeps the account when the owner cancels at either step", async () => {
    await openHistory();
    await phone.press(deletion.open);
    await phone.sees("delete-account");
    await phone.press(deletion.keep);
    await phone.sees("history");
    await phone.press(deletion.open);
    await phone.press(deletion.next);
    await phone.sees("delete-account-sure");
    await phone.press(deletion.keep);
    await phone.sees("history");
    await phone.page.getByText(PHONE.signedInAs("Ada Lovelace")).waitFor();
    expect(phone.errors).toEqual([]);
  });

  it("deletes the account with its history", async () => {
    await openHistory();
    await phone.press(deletion.open);
    await phone.press(deletion.next);
    await phone.press(deletion.sure.confirm);
    await phone.sees("goodbye");
    await phone.page.getByText(deletion.goodbye[0]).first().waitFor();
    expect(phone.errors).toEqual([]);
    await phone.page.reload();
    await phone.sees("sign-in");
    await phone.press(PHONE.signIn.signIn);
    await phone.page.getByText(PHONE.notices.passkeyUnknown).waitFor();
  });
});
