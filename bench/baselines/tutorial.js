/**
 * A QR login as tutorials write it: Express, a Map, and a screen that waits by WebSocket or by
 * server-sent events. Random ids are its only protection; there are no tokens, nothing expires, and nothing
 * survives a restart. It shows how fast Node can be.
 */
import { randomUUID } from "node:crypto";
import { createServer } from "node:http";
import express from "express";
import { WebSocketServer } from "ws";

const sessions = new Map();
const app = express();
app.use(express.json());

app.post("/sessions", (_request, response) => {
  const id = randomUUID();
  sessions.set(id, { status: "pending", tell: () => {} });
  response.status(201).json({ id });
});

app.get("/sessions/:id/events", (request, response) => {
  const { id } = request.params;
  const session = sessions.get(id);
  if (!session) return response.sendStatus(404);
  response.writeHead(200, { "Content-Type": "text/event-stream", "Cache-Control": "no-cache" });
  session.tell = () => {
    response.write(`event: status\ndata: ${JSON.stringify({ id, ...said(session) })}\n\n`);
  };
  session.tell();
  request.on("close", () => sessions.delete(id));
});

app.post("/sessions/:id/confirm", (request, response) => {
  const session = sessions.get(request.params.id);
  if (!session) return response.sendStatus(404);
  session.status = "approved";
  session.user = request.body.user;
  session.tell();
  response.json({ status: session.status });
});

const server = createServer(app);

new WebSocketServer({ server }).on("connection", (socket, request) => {
  const id = request.url.slice("/sessions/".length);
  const session = sessions.get(id);
  if (!session) return socket.close();
  session.tell = () => socket.send(JSON.stringify({ id, ...said(session) }));
  session.tell();
  socket.on("close", () => sessions.delete(id));
});

function said({ status, user }) {
  return { status, user };
}

server.listen(0, "127.0.0.1", () => {
  console.log(`listening http://127.0.0.1:${server.address().port}`);
});
