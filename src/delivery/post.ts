import { exports } from "cloudflare:workers";
import { refusal, success, type Result } from "../login/errors.ts";
import { TRY_LIMIT } from "./outbox.ts";

/** One message, as it goes over the wire. */
export interface Post {
  /** As the configuration has it at this very try. */
  uri: string;
  headers: Record<string, string>;
  body: string | Uint8Array<ArrayBuffer>;
}

/** What a receiver answered. Its body is only there where it may say why a message is refused. */
export interface Answer {
  status: number;
  refusal?: unknown;
}

/** Characters of an answer that are read: a reason in JSON takes fewer. */
const MAX_ANSWER = 4096;

/**
 * Sends once. The whole exchange has one time limit; a redirect is an answer like any other and is
 * never followed, since nobody has configured where it leads; and of the answer's body nothing is
 * read but a short reason. What went wrong is said for the operator.
 *
 * To our own origin it goes without leaving the runtime (`exports`, a Worker's binding to itself): by
 * the network a Worker doesn't reach its own zone (it would be past the Worker at the origin server,
 * or refused with error 1042), and a development server not the name of the tunnel before it.
 */
export async function post(
  { uri, headers, body }: Post,
  ownOrigin: string,
): Promise<Result<Answer, string>> {
  const limit = new AbortController();
  // One that can be cleared: a pending timer would keep the object from sleeping.
  const timer = setTimeout(() => limit.abort(new Error("it took too long")), TRY_LIMIT);
  const { signal } = limit;
  try {
    const message = new Request(uri, { method: "POST", headers, body, redirect: "manual", signal });
    const answer = await (new URL(uri).origin === ownOrigin
      ? exports.default.fetch(message)
      : fetch(message));
    if (answer.status === 400) return success({ status: 400, refusal: await reasonOf(answer) });
    await answer.body?.cancel();
    return success({ status: answer.status });
  } catch (error) {
    return refusal(error instanceof Error ? error.message : "unknown error");
  } finally {
    clearTimeout(timer);
  }
}

/** The JSON that a refusal comes with, or undefined where it is something else. */
async function reasonOf(answer: Response): Promise<unknown> {
  const text = await beginningOf(answer);
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

async function beginningOf(answer: Response): Promise<string> {
  const utf8 = new TextDecoder();
  let text = "";
  for await (const chunk of answer.body ?? []) {
    text += utf8.decode(chunk, { stream: true });
    // Leaving the loop lets go of the rest.
    if (text.length > MAX_ANSWER) break;
  }
  return text;
}
