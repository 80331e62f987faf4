import { exports } from "cloudflare:workers";
import { err, ok, type Result } from "../result.ts";
import { ATTEMPT_TIMEOUT } from "./outbox.ts";

/** One message, as it goes over the wire. */
export interface OutgoingRequest {
  /** As the configuration has it at this very try. */
  uri: string;
  headers: Record<string, string>;
  body: string | Uint8Array<ArrayBuffer>;
}

/** What a receiver answered. Its body is only there where it may say why a message is refused. */
export interface ReceiverResponse {
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
export async function httpPost(
  { uri, headers, body }: OutgoingRequest,
  ownOrigin: string,
): Promise<Result<ReceiverResponse, string>> {
  const limit = new AbortController();
  // One that can be cleared: a pending timer would keep the object from sleeping.
  const timer = setTimeout(() => limit.abort(new Error("it took too long")), ATTEMPT_TIMEOUT);
  const { signal } = limit;
  try {
    const message = new Request(uri, { method: "POST", headers, body, redirect: "manual", signal });
    const answer = await (new URL(uri).origin === ownOrigin
      ? exports.default.fetch(message)
      : fetch(message));
    if (answer.status === 400) return ok({ status: 400, refusal: await reasonOf(answer) });
    await answer.body?.cancel();
    return ok({ status: answer.status });
  } catch (error) {
    return err(error instanceof Error ? error.message : "unknown error");
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
