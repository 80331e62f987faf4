import { Agent, request as httpRequest, type IncomingHttpHeaders } from "node:http";

/**
 * Milliseconds after which an idle connection is not used again: workerd closes it after five seconds,
 * and a request sent at that moment would be lost.
 */
const IDLE = 4_000;

/** The benchmark's HTTP client: connections are kept open, and nothing else costs time. */
const agent = new Agent({ keepAlive: true, timeout: IDLE, maxSockets: Infinity });

export interface HttpRequest {
  method?: string;
  headers?: Record<string, string>;
  body?: string;
  signal?: AbortSignal;
}

export interface HttpAnswer {
  status: number;
  headers: IncomingHttpHeaders;
  text: string;
  /** `performance.now()` when the last byte arrived. */
  at: number;
}

export function send(url: string, options: HttpRequest = {}): Promise<HttpAnswer> {
  const { method = "GET", headers = {}, body, signal } = options;
  const length = body === undefined ? {} : { "Content-Length": String(Buffer.byteLength(body)) };
  return new Promise((resolve, reject) => {
    const outgoing = httpRequest(
      url,
      { method, headers: { ...headers, ...length }, agent, ...(signal ? { signal } : {}) },
      (incoming) => {
        let text = "";
        incoming.setEncoding("utf8");
        incoming.on("data", (chunk: string) => (text += chunk));
        incoming.on("error", reject);
        incoming.on("end", () =>
          resolve({
            status: incoming.statusCode ?? 0,
            headers: incoming.headers,
            text,
            at: performance.now(),
          }),
        );
      },
    );
    outgoing.on("error", reject);
    outgoing.end(body);
  });
}

export function sendJson(
  url: string,
  body: unknown,
  headers: Record<string, string> = {},
): Promise<HttpAnswer> {
  return send(url, {
    method: "POST",
    headers: { "Content-Type": "application/json", ...headers },
    body: JSON.stringify(body),
  });
}

export function sendForm(
  url: string,
  fields: Record<string, string>,
  headers: Record<string, string> = {},
): Promise<HttpAnswer> {
  return send(url, {
    method: "POST",
    headers: { "Content-Type": "application/x-www-form-urlencoded", ...headers },
    body: new URLSearchParams(fields).toString(),
  });
}

/** The parsed JSON of an answer, not validated. */
export function jsonOf(answer: HttpAnswer): unknown {
  try {
    return JSON.parse(answer.text);
  } catch {
    throw new Error(`not JSON: ${answer.status}: ${answer.text.slice(0, 200)}`);
  }
}

/** Closes the open connections, so that the process can end. */
export function closeConnections(): void {
  agent.destroy();
}
