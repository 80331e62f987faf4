import { once } from "node:events";
import { EventSource } from "eventsource";
import { afterAll, beforeAll, expect, it } from "vitest";
import { WebSocket } from "ws";
import { rotatingCode } from "../../src/login-session/domain/rotating-code.ts";
import type { CreatedSession } from "../../src/protocol/responses.ts";
import { startTestServer, type TestServer } from "../support/node/server.ts";

/**
 * On workerd, with independent clients: while a screen waits by any transport, the session's
 * object leaves memory after ten seconds and the connection stays open.
 */

let server: TestServer;

beforeAll(async () => {
  server = await startTestServer({ args: ["test/support/counted-worker.ts"] });
});
afterAll(() => server[Symbol.asyncDispose]());

async function create(): Promise<CreatedSession> {
  const answer = await fetch(`${server.origin}/sessions`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({
      client_id: "screen",
      code_challenge: "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM",
      code_challenge_method: "S256",
    }),
  });
  expect(answer.status).toBe(201);
  return (await answer.json()) as CreatedSession;
}

function constructions({ session_id }: CreatedSession): number {
  const id = Buffer.from(session_id, "base64url").toString("hex");
  return server.output().split(`constructed ${id}`).length - 1;
}

const bearer = ({ watch_token }: CreatedSession) => ({ Authorization: `Bearer ${watch_token}` });

it("hibernates with an open event stream, WebSocket and long poll, and continues each", async () => {
  const [bySse, bySocket, byPoll] = await Promise.all([create(), create(), create()]);
  const begun = performance.now();

  const stream = new EventSource(`${server.origin}/sessions/${bySse.session_id}/events`, {
    fetch: (url, init) => fetch(url, { ...init, headers: { ...init.headers, ...bearer(bySse) } }),
  });
  const statuses: string[] = [];
  const scannedOnStream = new Promise<void>((resolve) => {
    stream.addEventListener("status", ({ data }) => {
      const { status } = JSON.parse(String(data)) as { status: string };
      statuses.push(status);
      if (status === "scanned") resolve();
    });
  });
  const heartbeat = once(stream as unknown as EventTarget, "heartbeat");

  const socket = new WebSocket(
    `${server.origin.replace("http", "ws")}/sessions/${bySocket.session_id}/socket`,
    ["qr-login.v1", `bearer.${bySocket.watch_token}`],
  );
  const messages: string[] = [];
  socket.on("message", (data: Buffer) => messages.push(data.toString()));
  await once(socket, "message");

  const poll = fetch(`${server.origin}/sessions/${byPoll.session_id}`, {
    headers: { ...bearer(byPoll), "If-None-Match": '"1"', Prefer: "wait=25" },
  });

  // The heartbeat comes after 15 s, when the objects have hibernated. Neither it nor a ping has
  // woken one.
  await heartbeat;
  expect(performance.now() - begun).toBeGreaterThan(12_000);
  socket.send("ping");
  const [pong] = (await once(socket, "message")) as [Buffer];
  expect(pong.toString()).toBe("pong");
  for (const session of [bySse, bySocket, byPoll]) expect(constructions(session)).toBe(1);

  const toldOnSocket = once(socket, "message");
  for (const session of [bySse, bySocket, byPoll]) await scan(session, begun);
  await Promise.all([scannedOnStream, toldOnSocket]);
  expect(statuses).toEqual(["pending", "scanned"]);
  expect(messages.map((text) => (text === "pong" ? text : JSON.parse(text).status))).toEqual([
    "pending",
    "pong",
    "scanned",
  ]);
  expect(((await (await poll).json()) as { status: string }).status).toBe("scanned");
  // The log line of a wake-up may come after the response.
  for (const session of [bySse, bySocket, byPoll]) {
    await expect.poll(() => constructions(session)).toBe(2);
  }

  stream.close();
  socket.close();
});

async function scan(session: CreatedSession, begun: number): Promise<void> {
  const t = Math.floor((performance.now() - begun) / 1000 / session.qr.period);
  const code = await rotatingCode(session.qr.key, session.session_id, t);
  const answer = await fetch(`${server.origin}/sessions/${session.session_id}/scan`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(code),
  });
  expect(answer.status).toBe(200);
}
