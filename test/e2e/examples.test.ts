import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { join } from "node:path";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { launchBrowser } from "./support/chromium.ts";
import { codeToType } from "./support/people.ts";
import { PhoneApp } from "./support/phone-app.ts";
import { freePort, startTestServer, type TestServer } from "../support/node/server.ts";
import { startSite } from "./support/site.ts";
import { startTrustedIssuer, type TrustedIssuer } from "./support/trusted-issuer.ts";

/** The examples, run from a copy. */

const SECRET = "a secret of 32 bytes, or thereabouts";

let server: TestServer;
let issuer: TrustedIssuer;
let phone: PhoneApp;
let shop: string;

beforeAll(async () => {
  issuer = await startTrustedIssuer();
  shop = `http://localhost:${await freePort()}`;
  const clients = [
    { client_id: "cli", name: "The Command Line" },
    {
      client_id: "shop",
      name: "The Shop",
      redirect_uris: [`${shop}/callback`],
      post_logout_redirect_uris: [shop],
      backchannel_logout_uri: `${shop}/backchannel-logout`,
      client_secret_sha256: createHash("sha256").update(SECRET).digest("hex"),
    },
  ];
  server = await startTestServer({
    vars: { CLIENTS: JSON.stringify(clients), ISSUERS: JSON.stringify([issuer.setting]) },
  });
  phone = new PhoneApp(server.origin, await issuer.tokenFor("ada", { name: "Ada Lovelace" }));
});
afterAll(async () => {
  await server[Symbol.asyncDispose]();
  await issuer[Symbol.asyncDispose]();
});

/** A running example and its output. */
function run(script: string, environment: Record<string, string>) {
  const child = spawn(process.execPath, [join(import.meta.dirname, "../../examples", script)], {
    env: environment,
    stdio: ["ignore", "pipe", "pipe"],
  });
  const ended = once(child, "exit").then(([code]) => Number(code));
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.on("data", (chunk: Buffer) => (output += chunk.toString()));
  }
  return {
    output: () => output,
    ended,
    /** Waits for output that matches. Returns the captured part. */
    async says(pattern: RegExp): Promise<string> {
      for (;;) {
        const said = pattern.exec(output);
        if (said) return said[1] ?? said[0];
        if (child.exitCode !== null) throw new Error(`It has ended, and only said: ${output}`);
        await Promise.race([once(child.stdout, "data"), ended]);
      }
    },
    async [Symbol.asyncDispose]() {
      child.kill();
      await ended;
    },
  };
}

describe("a command line", () => {
  const CODE = /code ([A-Z]{4}-[A-Z]{4})/;

  it("shows a QR code and logs in after the approval", async () => {
    await using cli = run("cli/login.js", { ISSUER: server.origin, CLIENT_ID: "cli" });
    const before = server.output().length;
    const requests = (pattern: RegExp) => server.output().slice(before).match(pattern) ?? [];
    const code = await cli.says(CODE);
    expect(cli.output()).toContain("\u001b[");
    await phone.decide("approve", await phone.type(code));
    expect(await cli.ended).toBe(0);
    expect(cli.output()).toContain("Logged in as Ada Lovelace.");
    // It got an event and redeemed once.
    await expect.poll(() => requests(/POST \/token 200/g)).toHaveLength(1);
    expect(requests(/GET \/sessions\/[\w-]+\/events 200/g)).toHaveLength(1);
    expect(requests(/POST \/token/g)).toHaveLength(1);
  });

  it("reports a denial", async () => {
    await using cli = run("cli/login.js", { ISSUER: server.origin, CLIENT_ID: "cli" });
    await phone.decide("deny", await phone.type(await cli.says(CODE)));
    expect(await cli.ended).toBe(1);
    expect(cli.output()).toContain("Not logged in: access_denied");
  });

  it.each([
    ["without an event stream", "left out"],
    ["whose event stream is held back by a proxy", "held back"],
  ] as const)("polls a server %s", async (_, events) => {
    await using plain = await startPlainServer(events);
    await using cli = run("cli/login.js", { ISSUER: plain.origin, CLIENT_ID: "cli" });
    const code = await cli.says(CODE);
    const phone = new PhoneApp(plain.origin, await issuer.tokenFor("ada"));
    await phone.decide("approve", await phone.type(code));
    expect(await cli.ended).toBe(0);
    expect(cli.output()).toContain("Logged in as ada.");
  });
});

/** The server without the extensions of RFC 8628, or behind a proxy that never answers requests for events. */
async function startPlainServer(events: "left out" | "held back") {
  const site = await startSite((request, response) => {
    if (request.url?.endsWith("/events")) return;
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      void (async () => {
        const { method = "GET", url = "/", headers } = request;
        const answer = await fetch(worker.origin + url, {
          method,
          headers: Object.entries(headers).flatMap(([name, value]) =>
            ["authorization", "content-type"].includes(name) ? [[name, String(value)]] : [],
          ),
          ...(method === "POST" ? { body: Buffer.concat(chunks) } : {}),
        });
        const { events_endpoint, ...plain } = await answer.json();
        const kept = events === "left out" ? plain : { ...plain, events_endpoint };
        response.writeHead(answer.status, { "Content-Type": "application/json" });
        response.end(JSON.stringify(kept));
      })();
    });
  });
  const worker = await startTestServer({
    vars: {
      ISSUER: site.origin,
      CLIENTS: JSON.stringify([{ client_id: "cli", name: "The Command Line" }]),
      ISSUERS: JSON.stringify([issuer.setting]),
    },
  });
  return {
    origin: site.origin,
    async [Symbol.asyncDispose]() {
      await site[Symbol.asyncDispose]();
      await worker[Symbol.asyncDispose]();
    },
  };
}

describe("a site with a backend", () => {
  let browser: Browser;
  let site: ReturnType<typeof run>;

  beforeAll(async () => {
    browser = await launchBrowser();
    site = run("express-site/server.js", {
      ISSUER: server.origin,
      CLIENT_ID: "shop",
      CLIENT_SECRET: SECRET,
      PORT: new URL(shop).port,
    });
    await site.says(/The site is at/);
  });
  afterAll(async () => {
    await browser.close();
    await site[Symbol.asyncDispose]();
  });

  /** Opens the site, presses "Log in" and approves on the phone. */
  async function logIn() {
    const page = await browser.newPage();
    await page.goto(shop);
    await page.getByRole("link", { name: "Log in" }).click();
    await page.getByText("The Shop").first().waitFor();
    const code = await codeToType(page);
    await phone.decide("approve", await phone.type(code));
    await page.getByText("Hello, Ada Lovelace.").waitFor();
    expect(page.url()).toBe(`${shop}/`);
    return page;
  }

  /** Active logins: one that its client ended stays in the list while it is unconfirmed. */
  const loginsAtShop = async () =>
    (await phone.devices()).filter(
      ({ client, ended_at }) => client.client_id === "shop" && ended_at === undefined,
    );

  it("logs a user in and out", async () => {
    const page = await logIn();
    await page.getByRole("link", { name: "Log out" }).click();
    await page.getByText("Nobody is logged in.").waitFor();
    expect(await loginsAtShop()).toEqual([]);
    await page.close();
  });

  it("logs a user out who has ended the login on their phone [BACKCHANNEL-LOGOUT-2.5/3]", async () => {
    const page = await logIn();
    const [login] = await loginsAtShop();
    await phone.endDevice(login?.sid ?? "");
    await expect
      .poll(async () => {
        await page.reload();
        return page.getByText("Nobody is logged in.").isVisible();
      })
      .toBe(true);
    await page.close();
  });

  it("asks for a login on a protected page and continues there", async () => {
    const page = await browser.newPage();
    await page.goto(`${shop}/private`);
    const code = await codeToType(page);
    await phone.decide("approve", await phone.type(code));
    await page.waitForURL(`${shop}/private`);
    expect(await page.content()).toContain('"sub":"ada"');
    await page.close();
  });
});
