import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import {
  codeLink,
  parseCodeLink,
  rotatingCode,
} from "../../../src/login-session/domain/rotating-code.ts";
import type { CreatedSession, ScanResponse } from "../../../src/protocol/responses.ts";
import type { Snapshot } from "../../../src/protocol/snapshot.ts";
import { takePhone, type PhoneInHand } from "../support/people.ts";
import { startTestServer, type TestServer } from "../../support/node/server.ts";
import { startSite, type Site } from "../support/site.ts";

/**
 * The user is signed in and opens the attacker's site in the same browser. It is at another port
 * of the same host, so the browser treats it as the same site and sends our strict cookies: only
 * our own checks and the same-origin policy protect.
 */

let server: TestServer;
let evil: Site;
let phone: PhoneInHand;

beforeAll(async () => {
  server = await startTestServer();
  evil = await startSite((_, response) => {
    response.writeHead(200, { "Content-Type": "text/html" });
    response.end("<!doctype html><title>You have won</title>");
  });
  phone = await takePhone(server.origin);
  await phone.createAccount("Ada Lovelace");
});
afterAll(async () => {
  await phone[Symbol.asyncDispose]();
  await evil[Symbol.asyncDispose]();
  await server[Symbol.asyncDispose]();
});

/** The attacker's login, scanned by the attacker: only the approval is missing. */
interface Bait {
  approve: string;
  body: string;
  created: CreatedSession;
}
let bait: Bait;

beforeEach(async () => {
  const created = await json<CreatedSession>("/sessions", {
    client_id: "screen",
    code_challenge: "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM",
    code_challenge_method: "S256",
  });
  const code = await rotatingCode(created.qr.key, created.session_id, 0);
  const { t, mac } = parseCodeLink(codeLink(created.qr.prefix, code)) ?? code;
  const path = `/sessions/${created.session_id}`;
  const { scan_token } = await json<ScanResponse>(`${path}/scan`, { t, mac });
  const body = JSON.stringify({ scan_token });
  bait = { approve: `${server.origin}${path}/approve`, body, created };
  await phone.page.goto(evil.origin);
});

async function json<Answer>(path: string, body: object): Promise<Answer> {
  const answer = await fetch(`${server.origin}${path}`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(body),
  });
  return JSON.parse(await answer.text());
}

async function status(): Promise<string> {
  const { session_id, watch_token } = bait.created;
  const answer = await fetch(`${server.origin}/sessions/${session_id}`, {
    headers: { Authorization: `Bearer ${watch_token}` },
  });
  const snapshot: Snapshot = JSON.parse(await answer.text());
  return snapshot.status;
}

it("blocks a cross-site approval at the preflight", async () => {
  const sent = await phone.page.evaluate(async ({ approve, body }) => {
    const headers = { "Content-Type": "application/json" };
    const request = { method: "POST", credentials: "include", headers, body } as const;
    return await fetch(approve, request).then(String, (error: Error) => error.name);
  }, bait);
  expect(sent).toBe("TypeError");
  expect(await status()).toBe("scanned");
});

it("refuses a cross-site request that needs no preflight [ATTACK-evil-site/4]", async () => {
  const heard = await phone.page.evaluate(async ({ approve, body }) => {
    const request = { method: "POST", mode: "no-cors", credentials: "include", body } as const;
    return await fetch(approve, request).then(String, (error: Error) => error.name);
  }, bait);
  // The page gets no response at all.
  expect(heard).toBe("TypeError");
  expect(await status()).toBe("scanned");
});

it("refuses a cross-site form post although the cookie is sent [ATTACK-evil-site]", async () => {
  const answered = phone.page.waitForResponse(bait.approve);
  await phone.page.evaluate(({ approve, body }) => {
    const form = document.createElement("form");
    Object.assign(form, { method: "post", enctype: "text/plain", action: approve });
    const field = document.createElement("input");
    // {"scan_token":"…","x":"=…"}: JSON, after the form has put its equals sign in.
    field.name = body.replace(/}$/, ',"x":"');
    field.value = '"}';
    form.append(field);
    document.body.append(form);
    form.submit();
  }, bait);
  const answer = await answered;
  expect((await answer.request().allHeaders())["cookie"]).toContain("__Host-phone=");
  expect(answer.status()).toBe(415);
  expect(await status()).toBe("scanned");
});

it("hides the phone's identity from a page of another site [ATTACK-evil-site/2]", async () => {
  const read = await phone.page.evaluate(async (url) => {
    const asData = await fetch(url, { credentials: "include" }).then(String, (e: Error) => e.name);
    const asScript = await new Promise((resolve) => {
      const script = document.createElement("script");
      script.addEventListener("load", () => resolve("run"));
      script.addEventListener("error", () => resolve("refused"));
      script.src = url;
      document.body.append(script);
    });
    return [asData, asScript];
  }, `${server.origin}/account`);
  expect(read).toEqual(["TypeError", "refused"]);
});

it("refuses a WebSocket of another site with a stolen token", async () => {
  const { session_id, watch_token } = bait.created;
  const heard = await phone.page.evaluate(
    ([url = "", token = ""]) =>
      new Promise((resolve) => {
        const socket = new WebSocket(url, ["qr-login.v1", `bearer.${token}`]);
        socket.addEventListener("message", ({ data }) => resolve(data));
        socket.addEventListener("close", ({ code }) => resolve(code));
      }),
    [`${server.origin.replace("http", "ws")}/sessions/${session_id}/socket`, watch_token],
  );
  expect(heard).toBe(1006);
});

it("cuts the opener's access to our page [ATTACK-evil-site/3]", async () => {
  const opening = phone.page.context().waitForEvent("page");
  await phone.page.evaluate((url) => {
    Reflect.set(window, "popup", window.open(url));
  }, `${server.origin}/phone`);
  const popup = await opening;
  await popup.locator("main[data-state]").waitFor();
  const held = await phone.page.evaluate(() => {
    const opened: unknown = Reflect.get(window, "popup");
    return typeof opened === "object" && opened !== null && Reflect.get(opened, "closed");
  });
  expect(held).toBe(true);
  expect(await popup.evaluate(() => window.opener === null)).toBe(true);
  await popup.close();
});

it("accepts the same requests from our own page", async () => {
  await phone.page.goto(`${server.origin}/phone`);
  const answered = await phone.page.evaluate(async ({ approve, body }) => {
    const headers = { "Content-Type": "application/json" };
    return (await fetch(approve, { method: "POST", headers, body })).status;
  }, bait);
  expect(answered).toBe(200);
  expect(await status()).toBe("approved");
});
