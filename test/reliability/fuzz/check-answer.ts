import * as v from "valibot";
import { PROBLEMS } from "../../../src/protocol/problem-codes.ts";
import { DATA_HEADERS, SECURITY_HEADERS } from "../../../src/routes/middleware/security-headers.ts";

/** Checks for every response, whatever the request was. */
export async function flawsOfAnswer(method: string, answer: Response): Promise<string[]> {
  if (answer.status === 101) return [];
  const { status, headers } = answer;
  const type = headers.get("Content-Type") ?? "";
  const isStream = type.startsWith("text/event-stream");
  const body = isStream ? "" : await answer.text();
  if (isStream) await answer.body?.cancel();
  return [
    ...serverError(status, headers),
    ...missingHeaders(type, headers),
    ...looseCookies(headers),
    ...(status >= 400 && method !== "HEAD" ? errorBody(status, type, headers, body) : []),
    ...(status >= 400 ? leaks(body) : []),
  ];
}

/** RFC 9110 §15.6.4: a server may be out of service for a while, and says for how long. */
function serverError(status: number, headers: Headers): string[] {
  if (status < 500) return [];
  if (status !== 503) return [`the status is ${status}`];
  return headers.has("Retry-After") ? [] : ["503 comes without Retry-After"];
}

function missingHeaders(type: string, headers: Headers): string[] {
  const wanted = type.startsWith("text/html") ? SECURITY_HEADERS : DATA_HEADERS;
  return [...Object.keys(wanted), "Cache-Control"]
    .filter((name) => !headers.has(name))
    .map((name) => `the header ${name} is missing`);
}

function looseCookies(headers: Headers): string[] {
  return headers
    .getSetCookie()
    .filter((line) => !["HttpOnly", "Secure", "SameSite"].every((part) => line.includes(part)))
    .map(() => "a cookie is set without HttpOnly, Secure or SameSite");
}

const Problem = v.looseObject({ title: v.string(), status: v.number(), code: v.string() });

/** RFC 6749 §5.2, RFC 8935 §2.3. */
const OAuthError = v.union([
  v.looseObject({ error: v.pipe(v.string(), v.regex(/^[a-z_]+$/)), error_description: v.string() }),
  v.strictObject({ err: v.pipe(v.string(), v.regex(/^[a-z_]+$/)) }),
]);

/** An error is a problem with a stable code (RFC 9457), an OAuth error, or a page. */
function errorBody(status: number, type: string, headers: Headers, body: string): string[] {
  if (type.startsWith("application/problem+json")) {
    const problem = v.safeParse(Problem, jsonOf(body));
    if (!problem.success) return ["the problem has no title, status or code"];
    const { code } = problem.output;
    if (!(code in PROBLEMS)) return [`the problem's code ${code} is not documented`];
    return problem.output.status === status ? [] : ["the problem tells of another status"];
  }
  if (type.startsWith("application/json")) {
    return v.is(OAuthError, jsonOf(body)) ? [] : ["the error is neither a problem nor OAuth's"];
  }
  if (type.startsWith("text/html")) return [];
  // RFC 6750 §3.1: a request without credentials gets only the scheme.
  if (status === 401 && body === "" && headers.has("WWW-Authenticate")) return [];
  return [`the error has no body that says what it is (${type || "no type"})`];
}

/**
 * Internal details: file names, stack frames, exception names, messages of the engine and of
 * libraries.
 */
const LEAK =
  /\bat \S+ \(|\.[cm]?[jt]s:\d+|node_modules|\b(Type|Range|Reference|Syntax|Eval|URI|Assertion|DOM|Val)(Error|Exception)\b|Cannot read propert|is not a function|is not iterable|\[object \w+\]|Unexpected token|Invalid array length|valibot|SQLITE|durable object/i;

function leaks(body: string): string[] {
  const found = LEAK.exec(body);
  return found ? [`the body tells of the code: ${found[0]}`] : [];
}

function jsonOf(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}
