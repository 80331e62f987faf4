import { exportJWK, generateKeyPair, SignJWT } from "jose";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import sparticuz from "@sparticuz/chromium";
import { chromium, type Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { NOTIFICATIONS_SWITCH, PHONE } from "../../src/web/ui/texts.ts";
import { codeLink, periodAt, rotatingCode } from "../../src/login-session/domain/rotating-code.ts";
import type { CreatedSession } from "../../src/protocol/responses.ts";
import type { Notice } from "../../src/protocol/push-message.ts";
import type { Snapshot } from "../../src/protocol/snapshot.ts";
import { addAuthenticator } from "./support/chromium.ts";
import { PushService } from "./support/push-service.ts";
import { startTestServer, type TestServer } from "../support/node/server.ts";
import { RegisteredWorker } from "./support/service-worker.ts";

/** Notifications with a real service worker and a test push service. */

let server: TestServer;
let service: PushService;

beforeAll(async () => {
  service = await PushService.start();
  server = await startTestServer({ vars: { PUSH_SERVICES: JSON.stringify([service.origin]) } });
});
afterAll(async () => {
  await server[Symbol.asyncDispose]();
  await service[Symbol.asyncDispose]();
});

interface Phone extends AsyncDisposable {
  page: Page;
  errors: string[];
  /** Waits for a state of the switch. */
  sees(state: string): Promise<void>;
  tap(): Promise<void>;
}

/**
 * A phone with a new account at its list of devices. Web Push needs a browser profile, as private
 * windows do not support it.
 */
async function takePhone({ setting }: { setting: "granted" | "denied" }): Promise<Phone> {
  const profile = await mkdtemp(join(tmpdir(), "qr-login-profile-"));
  const context = await chromium.launchPersistentContext(profile, {
    executablePath: await sparticuz.executablePath(),
    args: ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"],
    viewport: { width: 390, height: 844 },
  });
  const page = await context.newPage();
  const devtools = await context.newCDPSession(page);
  const permission = { name: "notifications" };
  await devtools.send("Browser.setPermission", { permission, setting, origin: server.origin });
  const errors: string[] = [];
  page.on("pageerror", (error) => errors.push(String(error)));
  page.on("console", (message) => {
    if (message.type() === "error") errors.push(message.text());
  });
  await addAuthenticator(page);
  await page.goto(`${server.origin}/phone`);
  await page.getByRole("button", { name: PHONE.signIn.create, exact: true }).click();
  await page.getByLabel(PHONE.create.name).fill("Ada Lovelace");
  await page.getByRole("button", { name: PHONE.create.submit, exact: true }).click();
  await page.locator('main[data-state="home"]').waitFor();
  return {
    page,
    errors,
    sees: (state) => page.locator(`[data-notices="${state}"]`).waitFor(),
    tap: () => page.getByRole("switch", { name: NOTIFICATIONS_SWITCH.label }).click(),
    async [Symbol.asyncDispose]() {
      await context.close();
      await rm(profile, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
    },
  };
}

/** Replaces the browser's push service, which a headless browser lacks. */
async function replacePushService(page: Page): Promise<void> {
  await page.addInitScript((given) => {
    const manager = PushManager.prototype;
    const kept = "push subscription of this test";
    const subscription = (applicationServerKey: string) => ({
      options: {
        applicationServerKey: Uint8Array.fromBase64(applicationServerKey, { alphabet: "base64url" })
          .buffer,
      },
      toJSON: () => given,
      async unsubscribe() {
        localStorage.removeItem(kept);
        return true;
      },
    });
    Object.assign(manager, {
      async subscribe({ applicationServerKey }: { applicationServerKey: string }) {
        localStorage.setItem(kept, applicationServerKey);
        return subscription(applicationServerKey);
      },
      async getSubscription() {
        const key = localStorage.getItem(kept);
        return key === null ? null : subscription(key);
      },
    });
  }, service.subscription);
}

const VERIFIER = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";

/** Runs a login that the phone approves. Returns its code. */
async function approveLogin({ page }: Phone): Promise<string> {
  const answer = await fetch(`${server.origin}/sessions`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({
      client_id: "screen",
      code_challenge: "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM",
      code_challenge_method: "S256",
    }),
  });
  const began = Date.now();
  const created: CreatedSession = JSON.parse(await answer.text());
  const { session_id, watch_token, qr } = created;
  const code = await rotatingCode(qr.key, session_id, periodAt(Date.now() - began));
  await page.goto(codeLink(qr.prefix, code));
  await page.getByRole("button", { name: PHONE.request.approve, exact: true }).click();
  await page.getByText(PHONE.ends.approved[1]).waitFor();
  const watched = await fetch(`${server.origin}/sessions/${session_id}`, {
    headers: { Authorization: `Bearer ${watch_token}` },
  });
  const snapshot: Snapshot = JSON.parse(await watched.text());
  return snapshot.code ?? "";
}

async function redeem(code: string, headers: HeadersInit = {}): Promise<number> {
  const body = new URLSearchParams({
    grant_type: "authorization_code",
    client_id: "screen",
    code,
    code_verifier: VERIFIER,
  });
  return (await fetch(`${server.origin}/token`, { method: "POST", headers, body })).status;
}

/** A proof for `POST /token` with a new key (RFC 9449 §4.2). */
async function proofOfAnotherKey(): Promise<string> {
  const { privateKey, publicKey } = await generateKeyPair("ES256");
  return await new SignJWT({ jti: "one", htm: "POST", htu: `${server.origin}/token` })
    .setProtectedHeader({ typ: "dpop+jwt", alg: "ES256", jwk: await exportJWK(publicKey) })
    .setIssuedAt()
    .sign(privateKey);
}

describe("the switch for notifications", () => {
  it("says that the browser has blocked notifications [ASVS-3.7.5]", async () => {
    await using phone = await takePhone({ setting: "denied" });
    await phone.page.goto(`${server.origin}/devices`);
    await phone.sees("blocked");
    await phone.page.getByText(NOTIFICATIONS_SWITCH.blocked).waitFor();
    expect(await phone.page.getByRole("switch").isDisabled()).toBe(true);
  });

  it("stays off and says so when the push service can't be reached", async () => {
    await using phone = await takePhone({ setting: "granted" });
    await phone.page.goto(`${server.origin}/devices`);
    await phone.sees("off");
    await phone.tap();
    await phone.page.getByText(NOTIFICATIONS_SWITCH.notReachable).waitFor();
    await phone.sees("off");
    // The service worker was registered, as the Trusted Types policy allows only its URL.
    expect(
      phone.page
        .context()
        .serviceWorkers()
        .map((worker) => worker.url()),
    ).toEqual([`${server.origin}/sw.js`]);
    expect(phone.errors).toEqual([]);
  });
});

describe("a phone with notifications", () => {
  it("notifies the phone of account events through its service worker in two languages [QR-LOGIN-19/3]", async () => {
    await using phone = await takePhone({ setting: "granted" });
    await replacePushService(phone.page);
    await phone.page.goto(`${server.origin}/devices`);
    const worker = await RegisteredWorker.of(phone.page);
    await phone.sees("off");
    await phone.tap();
    await phone.sees("on");
    expect(await phone.page.getByRole("switch").getAttribute("aria-checked")).toBe("true");
    await phone.page.reload();
    await phone.sees("on");

    // Another key redeems the code a second time.
    const code = await approveLogin(phone);
    expect(await redeem(code)).toBe(200);
    expect(await redeem(code, { DPoP: await proofOfAnotherKey() })).toBe(400);
    const told = await service.next();
    const notice: Notice = JSON.parse(told);
    expect(notice).toMatchObject({ type: "attack", language: "en", client_name: "QR login" });

    expect(await worker.push(told)).toEqual([
      {
        title: "Somebody may have had your login to QR login",
        body: "It was ended. Tap here to see where you are logged in.",
        lang: "en",
      },
    ]);
    expect(await worker.push(JSON.stringify({ ...notice, language: "de" }))).toEqual([
      {
        title: "Vielleicht hatte jemand deine Anmeldung bei QR login",
        body: "Sie wurde beendet. Tippe hier, um zu sehen, wo du angemeldet bist.",
        lang: "de",
      },
    ]);
    expect(await worker.push("nothing that it knows")).toHaveLength(1);

    await phone.page.goto(`${server.origin}/devices`);
    await phone.sees("on");
    await phone.tap();
    await phone.sees("off");
    await phone.page.reload();
    await phone.sees("off");
    expect(phone.errors).toEqual([]);
  });
});
