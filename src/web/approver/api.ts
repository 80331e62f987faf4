import * as v from "valibot";
import { LoginError } from "../../sdk/login-error.ts";
import { fetchJson } from "../../sdk/request.ts";
import { isNotReady, withRetries } from "../../sdk/retry.ts";

/**
 * The phone page's requests to its own server. All of them throw a `LoginError`.
 *
 * Most are repeated if the server was not ready, but not if there was no response: then the phone may be
 * offline, so the page says so, and the user tries again.
 */
const WHEN_NOT_READY = { isRetryable: isNotReady };

/** Milliseconds by which the server's clock is ahead of this device's. */
let clockOffset = 0;

/** Milliseconds since the epoch by the server's clock: a phone's clock may be minutes off, and codes live for two. */
export function serverNow(): number {
  return Date.now() + clockOffset;
}

/** Sends a request that must not be repeated. */
export async function postOnce<Schema extends v.GenericSchema>(
  path: string,
  body: object,
  schema: Schema,
): Promise<v.InferOutput<Schema>> {
  return read(await send("POST", path, body), schema);
}

export function post<Schema extends v.GenericSchema>(
  path: string,
  body: object,
  schema: Schema,
): Promise<v.InferOutput<Schema>> {
  return withRetries(() => postOnce(path, body, schema), WHEN_NOT_READY);
}

export async function patch(path: string, body: object): Promise<void> {
  await withRetries(() => send("PATCH", path, body), WHEN_NOT_READY);
}

/** A repeated request may get a 404: then the first one has removed the resource. */
export async function remove(path: string): Promise<void> {
  await withRetries(async (previousTries) => {
    try {
      await send("DELETE", path);
    } catch (error) {
      const isNotFound = error instanceof LoginError && error.status === 404;
      if (previousTries === 0 || !isNotFound) throw error;
    }
  }, WHEN_NOT_READY);
}

/** Sends a request that must not be repeated. */
export async function removeOnce(path: string, body: object): Promise<void> {
  await send("DELETE", path, body);
}

export async function get<Schema extends v.GenericSchema>(
  path: string,
  schema: Schema,
): Promise<v.InferOutput<Schema>> {
  return read(await withRetries(() => send("GET", path), WHEN_NOT_READY), schema);
}

function send(method: "GET" | "POST" | "PATCH" | "DELETE", path: string, body?: object) {
  return fetchJson(new URL(path, location.origin), {
    method,
    ...(body && {
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(body),
    }),
    credentials: "same-origin",
  });
}

function read<Schema extends v.GenericSchema>(
  response: { headers: Headers; json: unknown },
  schema: Schema,
): v.InferOutput<Schema> {
  updateClock(response.headers);
  const result = v.safeParse(schema, response.json);
  if (!result.success) throw new LoginError("protocol", "Malformed response.");
  return result.output;
}

function updateClock(headers: Headers): void {
  const serverTime = Date.parse(headers.get("Date") ?? "");
  if (Number.isNaN(serverTime)) return;
  const offset = serverTime - Date.now();
  // The header has whole seconds, so a small difference is no offset.
  clockOffset = Math.abs(offset) > 2000 ? offset : 0;
}
