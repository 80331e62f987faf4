import * as v from "valibot";
import { Token43 } from "../../protocol/token43.ts";
import { LoginFailure } from "../client/failure.ts";
import { ask } from "../client/request.ts";

/** The phone's requests to our own server. */

/** Milliseconds that the server's clock is ahead of this one. */
let clockOffset = 0;

/** Now, by the server's clock: a phone's own may be minutes off, and codes live for two. */
export function serverNow(): number {
  return Date.now() + clockOffset;
}

/** Throws a `LoginFailure`. */
export async function post<Schema extends v.GenericSchema>(
  path: string,
  body: object,
  schema: Schema,
): Promise<v.InferOutput<Schema>> {
  return read(await change("POST", path, body), schema);
}

/** Throws a `LoginFailure`. */
export async function patch(path: string, body: object): Promise<void> {
  await change("PATCH", path, body);
}

/** Throws a `LoginFailure`. */
export async function remove(path: string, body?: object): Promise<void> {
  await change("DELETE", path, body);
}

function change(method: "POST" | "PATCH" | "DELETE", path: string, body?: object) {
  return ask(new URL(path, location.origin), {
    method,
    ...(body && {
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(body),
    }),
    credentials: "same-origin",
  });
}

/** Throws a `LoginFailure`. */
export async function get<Schema extends v.GenericSchema>(
  path: string,
  schema: Schema,
): Promise<v.InferOutput<Schema>> {
  const answer = await ask(new URL(path, location.origin), { credentials: "same-origin" });
  return read(answer, schema);
}

function read<Schema extends v.GenericSchema>(
  answer: { headers: Headers; json: unknown },
  schema: Schema,
): v.InferOutput<Schema> {
  keepTime(answer.headers);
  const result = v.safeParse(schema, answer.json);
  if (!result.success) throw new LoginFailure("protocol", "The answer is not as documented.");
  return result.output;
}

function keepTime(headers: Headers): void {
  const told = Date.parse(headers.get("Date") ?? "");
  // The header counts in whole seconds: less than that is no difference.
  if (!Number.isNaN(told) && Math.abs(told - Date.now()) > 2000) clockOffset = told - Date.now();
}

const text = v.optional(v.string());

/** Who asks: what the server saw of the screen. */
const Request = v.object({
  browser: text,
  system: text,
  ip: text,
  asn: v.optional(v.number()),
  network: text,
  city: text,
  region: text,
  country: text,
  requested_at: v.string(),
  /** There where a device asks that has no browser of its own. */
  grant: v.optional(v.literal("device_code")),
});

export type Request = v.InferOutput<typeof Request>;

const Scan = v.object({
  session_id: Token43,
  scan_token: Token43,
  client: v.object({ client_id: v.string(), name: v.string() }),
  expires_at: v.string(),
  request: v.optional(Request),
});

/** A `ScanAnswer`, as far as it is used here. */
export type Scan = v.InferOutput<typeof Scan>;

const Decision = v.object({ status: v.string() });

/** What was scanned: a rotating code, a typed code, or what an earlier scan gave. */
export type Scanned =
  | { by: "link"; sessionId: string; t: number; mac: string }
  | { by: "user_code"; userCode: string }
  | { by: "scan_token"; sessionId: string; scanToken: string };

export function scan(scanned: Scanned): Promise<Scan> {
  switch (scanned.by) {
    case "link":
      return post(`/sessions/${scanned.sessionId}/scan`, { t: scanned.t, mac: scanned.mac }, Scan);
    case "user_code":
      return post("/sessions/scan", { user_code: scanned.userCode }, Scan);
    case "scan_token":
      return post(`/sessions/${scanned.sessionId}/scan`, { scan_token: scanned.scanToken }, Scan);
  }
}

export async function approve(sessionId: string, scanToken: string): Promise<void> {
  await post(`/sessions/${sessionId}/approve`, { scan_token: scanToken }, Decision);
}

export async function deny(sessionId: string, scanToken: string): Promise<void> {
  await post(`/sessions/${sessionId}/deny`, { scan_token: scanToken }, Decision);
}
