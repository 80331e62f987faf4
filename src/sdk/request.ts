import { parseProblem } from "../protocol/problem-codes.ts";
import { LoginError } from "./login-error.ts";

/** Milliseconds. */
const REQUEST_TIMEOUT = 15_000;

/**
 * Sends a request and returns the response, whose body may still be arriving.
 *
 * @throws {LoginError} if there is no response, or it is an error; the signal's reason if it is aborted
 */
export async function fetchOrThrow(
  url: string | URL,
  init: RequestInit,
  fetch = globalThis.fetch,
): Promise<Response> {
  const response = await connect(url, init, fetch);
  if (response.ok || response.status === 304) return response;
  throw await errorOf(response);
}

/** Like `fetchOrThrow`, and reads the whole body within the timeout. `json` is undefined if it isn't JSON. */
export async function fetchJson(
  url: string | URL,
  init: RequestInit,
  {
    timeout = REQUEST_TIMEOUT,
    fetch,
  }: { timeout?: number; fetch?: typeof globalThis.fetch | undefined } = {},
): Promise<{ status: number; headers: Headers; json: unknown }> {
  const limit = AbortSignal.timeout(timeout);
  const signal = init.signal ? AbortSignal.any([init.signal, limit]) : limit;
  try {
    const response = await fetchOrThrow(url, { ...init, signal }, fetch);
    const text = await response.text();
    return { status: response.status, headers: response.headers, json: parseJson(text) };
  } catch (cause) {
    init.signal?.throwIfAborted();
    if (cause instanceof LoginError) throw cause;
    throw new LoginError("network", "Incomplete response.", { cause });
  }
}

async function connect(
  url: string | URL,
  init: RequestInit,
  fetch: typeof globalThis.fetch,
): Promise<Response> {
  try {
    return await fetch(url, {
      cache: "no-store",
      // Without credentials a browser opens another connection. Other sites never get them.
      credentials: "same-origin",
      redirect: "error",
      referrerPolicy: "no-referrer",
      ...init,
    });
  } catch (cause) {
    init.signal?.throwIfAborted();
    throw new LoginError("network", "No response.", { cause });
  }
}

/** The error of a response: a problem document (RFC 9457), or an error of a token endpoint (RFC 6749 §5.2). */
async function errorOf(response: Response): Promise<LoginError> {
  const { status } = response;
  const seconds = Number(response.headers.get("Retry-After") ?? NaN);
  const retryAfter = Number.isFinite(seconds) ? seconds * 1000 : undefined;
  const text = await response.text().catch(() => "");
  const [code, message] = readError(text) ?? ["protocol", `Unexpected status ${status}.`];
  return new LoginError(code, message, { status, retryAfter });
}

function readError(text: string): [code: string, message: string] | undefined {
  const body = parseJson(text);
  const problem = parseProblem(body);
  if (problem) return [problem.code, problem.title];
  if (typeof body !== "object" || body === null || !("error" in body)) return undefined;
  const description = "error_description" in body ? String(body.error_description) : "";
  return [String(body.error), description];
}

/** Undefined if the text isn't JSON: no schema accepts that. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
