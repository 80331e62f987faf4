import { once } from "node:events";
import { connect, createServer, type AddressInfo, type Server } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startTcpProxy } from "../../bench/wire/tcp-proxy.ts";

/** A server that repeats what it hears, and says "bye" when the other side is done. */
let echo: Server;
let port: number;

beforeAll(async () => {
  echo = createServer({ allowHalfOpen: true }, (socket) => {
    socket.on("data", (chunk) => socket.write(chunk));
    socket.on("end", () => socket.end("bye"));
    socket.on("error", () => socket.destroy());
  });
  echo.listen(0, "127.0.0.1");
  await once(echo, "listening");
  port = (echo.address() as AddressInfo).port;
});
afterAll(() => echo.close());

/** Says each text once the one before it has come back, and tells all that was heard. */
async function converse(at: number, texts: string[]): Promise<string> {
  const socket = connect({ port: at, host: "127.0.0.1", allowHalfOpen: true });
  let heard = "";
  socket.setEncoding("utf8");
  for (const text of texts) {
    const expected = heard.length + text.length;
    socket.write(text);
    while (heard.length < expected) heard += String((await once(socket, "data"))[0]);
  }
  socket.end();
  socket.on("data", (chunk) => (heard += String(chunk)));
  await once(socket, "end");
  return heard;
}

describe("the measuring TCP proxy", () => {
  it("counts every byte each way, and every connection", async () => {
    await using wire = await startTcpProxy({ to: port });
    expect(await converse(wire.port, ["hello", "you"])).toBe("helloyoubye");
    expect(wire.take()).toEqual({ connections: 1, requests: 0, up: 8, down: 11 });
  });

  it("restarts its counts after a read", async () => {
    await using wire = await startTcpProxy({ to: port });
    await converse(wire.port, ["one"]);
    wire.take();
    await converse(wire.port, ["three"]);
    await converse(wire.port, ["x"]);
    expect(wire.take()).toEqual({ connections: 2, requests: 0, up: 6, down: 12 });
    expect(wire.take()).toEqual({ connections: 0, requests: 0, up: 0, down: 0 });
  });

  it("counts HTTP/1.1 requests across chunk borders", async () => {
    await using wire = await startTcpProxy({ to: port });
    const first = "GET /one HTTP/1.1\r\nHost: a\r\n\r\n";
    const second = "POST /two HTTP/1.1\r\nHost: a\r\n\r\nGET / HTTP/1.0\r\n";
    await converse(wire.port, [first + second.slice(0, 14), second.slice(14), first]);
    expect(wire.take().requests).toBe(3);
  });

  it("keeps order and counts with a delay", async () => {
    await using wire = await startTcpProxy({ to: port, roundTrip: 8 });
    const numbers = Array.from({ length: 200 }, (_, n) => `${n},`);
    const socket = connect({ port: wire.port, host: "127.0.0.1", allowHalfOpen: true });
    let heard = "";
    socket.setEncoding("utf8").on("data", (chunk) => (heard += String(chunk)));
    for (const number of numbers) {
      socket.write(number);
      await new Promise(setImmediate);
    }
    socket.end();
    await once(socket, "end");
    expect(heard).toBe(`${numbers.join("")}bye`);
    const size = numbers.join("").length;
    expect(wire.take()).toEqual({ connections: 1, requests: 0, up: size, down: size + 3 });
  });

  it("delays the first response by handshake and round trip", async () => {
    await using wire = await startTcpProxy({ to: port, roundTrip: 40 });
    const begun = performance.now();
    const socket = connect({ port: wire.port, host: "127.0.0.1" });
    socket.write("hello");
    await once(socket, "data");
    expect(performance.now() - begun).toBeGreaterThanOrEqual(79);
    socket.destroy();
  });

  it("changes the delay of later connections", async () => {
    await using wire = await startTcpProxy({ to: port });
    wire.roundTrip = 30;
    const begun = performance.now();
    await converse(wire.port, ["hello"]);
    expect(performance.now() - begun).toBeGreaterThanOrEqual(59);
  });

  it("closes the connection when the server is unreachable", async () => {
    const nobody = createServer().listen(0, "127.0.0.1");
    await once(nobody, "listening");
    const free = (nobody.address() as AddressInfo).port;
    nobody.close();
    await once(nobody, "close");
    await using wire = await startTcpProxy({ to: free });
    const socket = connect({ port: wire.port, host: "127.0.0.1" });
    socket.on("error", () => undefined);
    socket.write("hello");
    await once(socket, "close");
    expect(wire.take().down).toBe(0);
  });
});
