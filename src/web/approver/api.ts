import * as v from "valibot";
import { LoginError } from "../../sdk/login-error.ts";
import { fetchJson } from "../../sdk/request.ts";
import { isNotReady, withRetries } from "../../sdk/retry.ts";

/** The phone's requests to our own server. */

const WHEN_NOT_READY = { isWorthATry: isNotReady };

/** Milliseconds that the server's clock is ahead of this one. */
let clockOffset = 0;

/** Now, by the server's clock: a phone's own may be minutes off, and codes live for two. */
export function serverNow(): number {
  return Date.now() + clockOffset;
}

/** Asks once: what it does may not be done twice. Throws a `LoginError`. */
export async function postOnce<Schema extends v.GenericSchema>(
  path: string,
  body: object,
  schema: Schema,
): Promise<v.InferOutput<Schema>> {
  return read(await change("POST", path, body), schema);
}

/**
 * Asks again where the server was not ready: done twice, it is the same. Where no answer comes at all, the
 * phone may be without a network: that is said, and its owner tries again. Throws a `LoginError`.
 */
export function post<Schema extends v.GenericSchema>(
  path: string,
  body: object,
  schema: Schema,
): Promise<v.InferOutput<Schema>> {
  return withRetries(() => postOnce(path, body, schema), WHEN_NOT_READY);
}

/** As `post`. Throws a `LoginError`. */
export async function patch(path: string, body: object): Promise<void> {
  await withRetries(() => change("PATCH", path, body), WHEN_NOT_READY);
}

/** As `post`: what is not there any more was removed by the first try. Throws a `LoginError`. */
export async function remove(path: string): Promise<void> {
  await withRetries(async (triesBefore) => {
    try {
      await change("DELETE", path);
    } catch (error) {
      const isGone = error instanceof LoginError && error.status === 404;
      if (triesBefore === 0 || !isGone) throw error;
    }
  }, WHEN_NOT_READY);
}

/** As `postOnce`. Throws a `LoginError`. */
export async function removeOnce(path: string, body: object): Promise<void> {
  await change("DELETE", path, body);
}

function change(method: "POST" | "PATCH" | "DELETE", path: string, body?: object) {
  return fetchJson(new URL(path, location.origin), {
    method,
    ...(body && {
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(body),
    }),
    credentials: "same-origin",
  });
}

/** Throws a `LoginError`. */
export async function get<Schema extends v.GenericSchema>(
  path: string,
  schema: Schema,
): Promise<v.InferOutput<Schema>> {
  const url = new URL(path, location.origin);
  const answer = await withRetries(
    () => fetchJson(url, { credentials: "same-origin" }),
    WHEN_NOT_READY,
  );
  return read(answer, schema);
}

function read<Schema extends v.GenericSchema>(
  answer: { headers: Headers; json: unknown },
  schema: Schema,
): v.InferOutput<Schema> {
  keepTime(answer.headers);
  const result = v.safeParse(schema, answer.json);
  if (!result.success) throw new LoginError("protocol", "The answer is not as documented.");
  return result.output;
}

function keepTime(headers: Headers): void {
  const told = Date.parse(headers.get("Date") ?? "");
  // The header counts in whole seconds: less than that is no difference.
  if (!Number.isNaN(told) && Math.abs(told - Date.now()) > 2000) clockOffset = told - Date.now();
}
