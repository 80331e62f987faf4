import { parseProblem } from "../protocol/problem.ts";
import { LoginError } from "./login-error.ts";

/** Milliseconds after which a request without an answer has failed. */
const REQUEST_TIMEOUT = 15_000;

/**
 * A request and the beginning of its answer. Throws a `LoginFailure` when none came or it tells of
 * an error, and whatever the caller's signal was aborted with.
 */
export async function fetchOrThrow(
  url: string | URL,
  init: RequestInit,
  fetch = globalThis.fetch,
): Promise<Response> {
  const response = await connect(url, init, fetch);
  if (response.ok || response.status === 304) return response;
  throw await failureOf(response);
}

/** As `send`, for an answer that is read to its end: all of it must come within the patience. */
export async function fetchJson(
  url: string | URL,
  init: RequestInit,
  {
    patience = REQUEST_TIMEOUT,
    fetch,
  }: { patience?: number; fetch?: typeof globalThis.fetch | undefined } = {},
): Promise<{ status: number; headers: Headers; json: unknown }> {
  const limit = AbortSignal.timeout(patience);
  const signal = init.signal ? AbortSignal.any([init.signal, limit]) : limit;
  try {
    const response = await fetchOrThrow(url, { ...init, signal }, fetch);
    const text = await response.text();
    return { status: response.status, headers: response.headers, json: parseJson(text) };
  } catch (cause) {
    init.signal?.throwIfAborted();
    if (cause instanceof LoginError) throw cause;
    throw new LoginError("network", "The answer broke off.", { cause });
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
      // Without them a browser opens another connection. To another site they are never sent.
      credentials: "same-origin",
      redirect: "error",
      referrerPolicy: "no-referrer",
      ...init,
    });
  } catch (cause) {
    init.signal?.throwIfAborted();
    throw new LoginError("network", "No answer came.", { cause });
  }
}

/** What an error answer says: a problem (RFC 9457), or the error of a token endpoint (RFC 6749 §5.2). */
async function failureOf(response: Response): Promise<LoginError> {
  const { status } = response;
  const seconds = Number(response.headers.get("Retry-After") ?? NaN);
  const retryAfter = Number.isFinite(seconds) ? seconds * 1000 : undefined;
  const text = await response.text().catch(() => "");
  const [code, message] = readError(text) ?? ["protocol", `An answer of status ${status} came.`];
  return new LoginError(code, message, { status, retryAfter });
}

function readError(text: string): [code: string, message: string] | undefined {
  const body = parseJson(text);
  const problem = parseProblem(body);
  if (problem) return [problem.code, problem.title];
  if (typeof body !== "object" || body === null || !("error" in body)) return undefined;
  const described = "error_description" in body ? String(body.error_description) : "";
  return [String(body.error), described];
}

/** Undefined where the text is no JSON: what was wanted of it will be missed by whoever reads it. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
