import { once } from "node:events";
import { readFileSync, existsSync } from "node:fs";
import { request as httpRequest } from "node:http";
import {
  createSecureServer,
  type Http2ServerRequest,
  type Http2ServerResponse,
  type IncomingHttpHeaders,
} from "node:http2";
import { connect, type Socket } from "node:net";
import { extname, join } from "node:path";
import { pipeline } from "node:stream";
import { brotliCompressSync, constants, createBrotliCompress } from "node:zlib";
import { certificateOf } from "../../test/support/certificate.ts";
import { headersFor, parseHeadersFile } from "./headers-file.ts";

/**
 * A replacement for Cloudflare's network in front of the Worker, as far as it affects loading times:
 * HTTP/2 over TLS, compression, and static files that are served without the Worker.
 */
export interface Edge extends AsyncDisposable {
  port: number;
  /** The Worker's address. The Worker may be started later, because it must know the address of the edge. */
  worker: string;
}

export interface EdgeOptions {
  /** The folder of static files, including `_headers`. */
  assets: string;
}

const TYPES: Record<string, string> = {
  ".css": "text/css; charset=utf-8",
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".json": "application/json",
  ".png": "image/png",
  ".svg": "image/svg+xml",
  ".webmanifest": "application/manifest+json",
};

/** Compression at request time, so not at the highest level. */
const BROTLI = { params: { [constants.BROTLI_PARAM_QUALITY]: 4 } };

/** Headers that HTTP/2 doesn't allow (RFC 9113 §8.2.2). */
const HOP_BY_HOP = new Set(["connection", "keep-alive", "transfer-encoding", "upgrade"]);

export async function startEdge({ assets }: EdgeOptions): Promise<Edge> {
  const rules = parseHeadersFile(readFileSync(join(assets, "_headers"), "utf8"));
  const edge = { worker: "" };
  const server = createSecureServer({ ...(await identity()), allowHTTP1: true });
  const open = new Set<Socket>();
  server.on("connection", (socket: Socket) => {
    open.add(socket);
    socket.on("close", () => open.delete(socket));
  });

  server.on("request", (request: Http2ServerRequest, response: Http2ServerResponse) => {
    const { pathname } = new URL(request.url, "http://edge");
    const file = request.method === "GET" ? fileFor(assets, pathname) : undefined;
    if (file === undefined) {
      passOn(request, response, edge.worker);
      return;
    }
    const compressed = brotliCompressSync(readFileSync(file), BROTLI);
    response.writeHead(200, {
      "cache-control": "public, max-age=0, must-revalidate",
      ...headersFor(rules, pathname),
      "content-type": TYPES[extname(file)] ?? "application/octet-stream",
      "content-encoding": "br",
      "content-length": compressed.length,
    });
    response.end(compressed);
  });

  // Browsers open a WebSocket over HTTP/1.1, on a separate connection.
  server.on("upgrade", (request: Http2ServerRequest, socket: Socket, head: Buffer) => {
    const upstream = connect(Number(new URL(edge.worker).port), "127.0.0.1");
    const headers = Object.entries(request.headers).map(
      ([name, value]) => `${name}: ${String(value)}`,
    );
    upstream.write([`GET ${request.url} HTTP/1.1`, ...headers, "", ""].join("\r\n"));
    upstream.write(head);
    const hangUp = () => {
      socket.destroy();
      upstream.destroy();
    };
    pipeline(socket, upstream, hangUp);
    pipeline(upstream, socket, hangUp);
  });

  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the edge does not listen");
  return Object.assign(edge, {
    port: address.port,
    async [Symbol.asyncDispose]() {
      for (const socket of open) socket.destroy();
      server.close();
      await once(server, "close");
    },
  });
}

/** The Worker answers what isn't a file, and the pages, because it chooses their language (wrangler.toml, `run_worker_first`). */
function fileFor(assets: string, pathname: string): string | undefined {
  if (!/^(\/\w[\w.-]*)+$/.test(pathname) || /^\/(_|pages\/)/.test(pathname)) return undefined;
  const file = join(assets, pathname);
  return extname(file) !== "" && existsSync(file) ? file : undefined;
}

function passOn(request: Http2ServerRequest, response: Http2ServerResponse, worker: string): void {
  const headers = forwarded(request.headers);
  const host = request.headers[":authority"] ?? request.headers["host"];
  if (host !== undefined) headers["host"] = host;
  const onward = httpRequest(
    new URL(request.url, worker),
    { method: request.method, headers },
    (answer) => {
      const type = answer.headers["content-type"] ?? "";
      const compresses = /^(text\/(?!event-stream)|application\/json)/.test(type);
      const answered = forwarded(answer.headers);
      if (compresses) {
        delete answered["content-length"];
        answered["content-encoding"] = "br";
      }
      response.writeHead(answer.statusCode ?? 502, answered);
      const ended = () => undefined;
      if (compresses) pipeline(answer, createBrotliCompress(BROTLI), response, ended);
      else pipeline(answer, response, ended);
    },
  );
  onward.on("error", () => response.stream?.destroy());
  response.on("close", () => onward.destroy());
  request.pipe(onward);
}

function forwarded(
  headers: IncomingHttpHeaders | NodeJS.Dict<string | string[]>,
): NodeJS.Dict<string | string[]> {
  return Object.fromEntries(
    Object.entries(headers).filter(([name]) => !name.startsWith(":") && !HOP_BY_HOP.has(name)),
  );
}

/** A key and a self-signed certificate; the browser is started with a flag that accepts it. */
async function identity(): Promise<{ key: string; cert: string }> {
  const { privateKey, publicKey } = await crypto.subtle.generateKey(
    { name: "ECDSA", namedCurve: "P-256" },
    true,
    ["sign", "verify"],
  );
  const key = new Uint8Array(await crypto.subtle.exportKey("pkcs8", privateKey));
  return {
    key: pem("PRIVATE KEY", key),
    cert: pem("CERTIFICATE", await certificateOf(publicKey)),
  };
}

function pem(label: string, der: Uint8Array): string {
  const lines =
    Buffer.from(der)
      .toString("base64")
      .match(/.{1,64}/g) ?? [];
  return [`-----BEGIN ${label}-----`, ...lines, `-----END ${label}-----`, ""].join("\n");
}
