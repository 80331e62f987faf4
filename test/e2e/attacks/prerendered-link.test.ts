import { once } from "node:events";
import { request as send, type IncomingMessage, type ServerResponse } from "node:http";
import { text } from "node:stream/consumers";
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { AttackersLogin } from "../support/attackers-login.ts";
import { startTestServer, type TestServer } from "../../support/node/server.ts";
import { startSite, type Site } from "../support/site.ts";
import { openUnattended } from "../support/unattended-browser.ts";

/**
 * A page makes the browser prerender a scanned link with its scripts. A proxy in front of the
 * server logs the requests and serves the page.
 */

let server: TestServer;
let proxy: Site;
let login: AttackersLogin;
/** The requests: `<method> <path> <status> <Sec-Purpose>`. */
let log: string[];
/** Whether the server gets the Sec-Purpose header, which some browsers may omit. */
let saysPurpose: boolean;
/** Resolves when the page may navigate to the prerendered link. */
let goThere: PromiseWithResolvers<void>;

beforeAll(async () => {
  proxy = await startSite((request, response) => void answer(request, response));
  server = await startTestServer({ vars: { ISSUER: proxy.origin } });
});
afterAll(async () => {
  await proxy[Symbol.asyncDispose]();
  await server[Symbol.asyncDispose]();
});
beforeEach(async () => {
  login = await AttackersLogin.begin(server.origin);
  log = [];
  saysPurpose = true;
  goThere = Promise.withResolvers();
});

/** Runs after the page's script, so that the script's requests arrive before the last of these. */
const PROBE = `for (const n of [1, 2, 3]) await fetch("/probe/" + n);`;

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { url = "/" } = request;
  switch (url) {
    case "/prerendering": {
      const link = await login.link();
      const rules = { prerender: [{ source: "list", urls: [link], eagerness: "immediate" }] };
      response.writeHead(200, { "Content-Type": "text/html" });
      response.end(`<!doctype html><script type="speculationrules">${JSON.stringify(rules)}</script>
        <script>fetch("/go").then(() => { location.href = "${link}"; })</script>`);
      return;
    }
    case "/go":
      await goThere.promise;
      response.end();
      return;
    case "/probe.js":
      response.writeHead(200, { "Content-Type": "text/javascript" }).end(PROBE);
      return;
    case "/probe/1":
    case "/probe/2":
    case "/probe/3":
      log.push(url);
      response.end();
      return;
    default:
      await pass(request, response);
  }
}

/** Forwards a request to the server. */
async function pass(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { url = "/", method } = request;
  const { "sec-purpose": purpose, "accept-encoding": _, ...headers } = request.headers;
  const sent = send(`${server.origin}${url}`, {
    method,
    headers: { ...headers, ...(saysPurpose && purpose ? { "sec-purpose": purpose } : {}) },
  });
  request.pipe(sent);
  const [answered]: IncomingMessage[] = await once(sent, "response");
  if (!answered) throw new Error("no answer");
  const path = url.replace(/[\w-]{43}.*(?=\/)|[\w-]{43}.*/, "*");
  log.push(`${method} ${path} ${answered.statusCode} ${String(purpose ?? "")}`.trim());
  const body = await text(answered);
  const { "content-length": _length, ...answeredHeaders } = answered.headers;
  response.writeHead(answered.statusCode ?? 502, answeredHeaders);
  response.end(body.replace("</head>", `<script type="module" src="/probe.js"></script></head>`));
}

const until = (line: string) => expect.poll(() => log).toContain(line);
const scans = () => log.filter((line) => line.startsWith("POST"));

it("refuses a prerendered link and claims it on the visit", async () => {
  await using _ = await openUnattended(`${proxy.origin}/prerendering`);
  await until("GET /q/* 503 prefetch;prerender");
  expect(await login.snapshot()).toMatchObject({ status: "pending", version: 1 });
  expect(scans()).toEqual([]);
  goThere.resolve();
  await until("GET /q/* 200");
  await until("POST /sessions/*/scan 200");
});

it("does not claim a login while its link is prerendered [ATTACK-prerendered-link]", async () => {
  saysPurpose = false;
  await using _ = await openUnattended(`${proxy.origin}/prerendering`);
  await until("GET /q/* 200 prefetch;prerender");
  await until("/probe/3");
  expect(scans()).toEqual([]);
  goThere.resolve();
  await until("POST /sessions/*/scan 200");
  expect(scans()).toHaveLength(1);
});
