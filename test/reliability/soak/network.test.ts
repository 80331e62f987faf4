import { once } from "node:events";
import { createServer, type RequestListener } from "node:http";
import { afterEach, describe, expect, it } from "vitest";
import { portOf } from "../../../bench/harness/port-of.ts";
import { SeededRandom } from "../support/seeded-random.ts";
import { Network } from "./network.ts";

let stop = async () => {};
afterEach(() => stop());

/** A network to a server that answers its requests one after the other as the list says. */
async function networkTo(
  answers: readonly RequestListener[],
  lostAnswers = 0,
): Promise<{ network: Network; requests: string[] }> {
  const requests: string[] = [];
  const server = createServer((request, response) => {
    requests.push(`${request.method} ${request.url}`);
    const answer = answers[Math.min(requests.length, answers.length) - 1];
    answer?.(request, response);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  stop = async () => {
    server.closeAllConnections();
    server.close();
    await once(server, "close");
  };
  const origin = `http://127.0.0.1:${portOf(server)}`;
  const network = new Network({ origin: () => origin, lostAnswers, beforeRequest: () => {} });
  return { network, requests };
}

const answers =
  (status: number, headers: Record<string, string> = {}): RequestListener =>
  (_request, response) =>
    void response.writeHead(status, headers).end();

const hangsUp: RequestListener = (request) => void request.socket.destroy();

const get = (network: Network, seed = 1) =>
  network.request(new SeededRandom(seed), () => ({ path: "/x" }));

describe("the retrying client", () => {
  it("repeats a request without a response and marks it as possibly executed", async () => {
    const { network, requests } = await networkTo([hangsUp, answers(200)]);
    expect(await get(network)).toMatchObject({ status: 200, repeated: true });
    expect(requests).toEqual(["GET /x", "GET /x"]);
  });

  it("returns the first definite response", async () => {
    const { network } = await networkTo([answers(404)]);
    expect(await get(network)).toMatchObject({ status: 404, repeated: false });
  });

  it("waits for Retry-After of a 503 and repeats the request", async () => {
    const { network } = await networkTo([answers(503, { "Retry-After": "0" }), answers(200)]);
    expect(await get(network)).toMatchObject({ status: 200, repeated: true });
    expect(network.serverErrors).toEqual([]);
  });

  it("records any other server error and repeats the request", async () => {
    const { network } = await networkTo([answers(500), answers(200)]);
    expect(await get(network)).toMatchObject({ status: 200 });
    expect(network.serverErrors).toEqual([{ status: 500, request: "GET /x", body: "" }]);
  });

  it("loses the configured share of responses", async () => {
    const { network, requests } = await networkTo([answers(200)], 0.5);
    for (let i = 0; i < 20; i += 1) await get(network, i);
    expect(network.lost).toBeGreaterThan(2);
    expect(requests).toHaveLength(20 + network.lost);
  });
});
