import { once } from "node:events";
import { request, type IncomingMessage } from "node:http";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { WebSocket } from "ws";
import { startTestServer, type TestServer } from "../support/node/server.ts";
import { startTunnel, type Tunnel } from "../support/node/tunnel.ts";

/** `npm start -- --issuer https://…` behind a tunnel that keeps the host name, as cloudflared does. */

const HOST = "some-words.trycloudflare.com";
const ISSUER = `https://${HOST}`;
const EVIL = "https://evil.example";

let server: TestServer;
let tunnel: Tunnel;
beforeAll(async () => {
  server = await startTestServer({ issuer: ISSUER });
  tunnel = await startTunnel(server.port);
});
afterAll(async () => {
  await tunnel[Symbol.asyncDispose]();
  await server[Symbol.asyncDispose]();
});

const CREATION = {
  client_id: "screen",
  code_challenge: "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM",
  code_challenge_method: "S256",
};

interface Sent {
  method?: string;
  headers?: Record<string, string>;
  body?: object;
}

/** A request through the tunnel. Its body is still arriving. */
async function send(path: string, { method = "GET", headers = {}, body }: Sent = {}) {
  const outgoing = request({
    ...{ host: "localhost", port: tunnel.port, path, method, agent: false },
    headers: { Host: HOST, "Content-Type": "application/json", ...headers },
  });
  outgoing.end(body === undefined ? undefined : JSON.stringify(body));
  const [response]: IncomingMessage[] = await once(outgoing, "response");
  if (!response) throw new Error("no response");
  return response;
}

async function textOf(response: IncomingMessage): Promise<string> {
  let text = "";
  for await (const chunk of response) text += String(chunk);
  return text;
}

async function create(origin: string): Promise<IncomingMessage> {
  return await send("/sessions", { method: "POST", headers: { Origin: origin }, body: CREATION });
}

interface Session {
  session_id: string;
  watch_token: string;
  qr: { prefix: string };
}

async function session(): Promise<Session> {
  const response = await create(ISSUER);
  expect(response.statusCode).toBe(201);
  const created: Session = JSON.parse(await textOf(response));
  return created;
}

/** The first message of a WebSocket through the tunnel, or the refusal. */
async function watch({ session_id, watch_token }: Session, origin: string): Promise<string> {
  const socket = new WebSocket(
    `ws://localhost:${tunnel.port}/sessions/${session_id}/socket`,
    ["qr-login.v1", `bearer.${watch_token}`],
    { headers: { Host: HOST }, origin },
  );
  const refused = once(socket, "error").then(([error]) => String(error));
  const message = once(socket, "message").then(([data]) => String(data));
  const first = await Promise.race([message, refused]);
  socket.terminate();
  return first;
}

describe("a server behind a tunnel", () => {
  it("starts logins for its own pages, with links to the address that people open", async () => {
    expect((await session()).qr.prefix).toContain(`${ISSUER}/q/`);
  });

  it("lets its own pages watch by a WebSocket", async () => {
    expect(JSON.parse(await watch(await session(), ISSUER))).toMatchObject({ status: "pending" });
  });

  it("lets its own pages watch by server-sent events", async () => {
    const { session_id, watch_token } = await session();
    const headers = { Authorization: `Bearer ${watch_token}`, Origin: ISSUER };
    const response = await send(`/sessions/${session_id}/events`, { headers });
    expect(response.headers["content-type"]).toContain("text/event-stream");
    for await (const chunk of response) if (String(chunk).includes('"pending"')) break;
  });

  it("accepts what its own pages change", async () => {
    const headers = { Origin: ISSUER, "Sec-Fetch-Site": "same-origin" };
    const options = { method: "POST", headers, body: {} };
    const response = await send("/account/sign-in/options", options);
    expect([response.statusCode, await textOf(response)]).toEqual([200, expect.any(String)]);
  });

  it.each([EVIL, "http://localhost:8787", "null"])("refuses pages of %s", async (origin) => {
    const response = await create(origin);
    expect([response.statusCode, JSON.parse(await textOf(response))]).toMatchObject([
      403,
      { code: "origin_not_allowed" },
    ]);
    expect(await watch(await session(), origin)).toContain("403");
  });
});
