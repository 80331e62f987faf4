import { exports } from "cloudflare:workers";
import { err, ok, type Result } from "../result.ts";
import { ATTEMPT_TIMEOUT } from "./outbox.ts";

/** A request with one message. */
export interface OutgoingRequest {
  /** From the current configuration. */
  uri: string;
  headers: Record<string, string>;
  body: string | Uint8Array<ArrayBuffer>;
}

/** A receiver's response. */
export interface ReceiverResponse {
  status: number;
  /** The JSON body of a 400 response, which may have the reason of the refusal. */
  refusal?: unknown;
}

/** Characters of a response body that are read. */
const MAX_ANSWER = 4096;

/**
 * Sends a message once, with a time limit for the whole exchange. Redirects are not followed, since
 * only the configured URL may get the message. The error is for the operator's log.
 *
 * A request to our own origin stays in the runtime (`exports`, a Worker's binding to itself): over
 * the network a Worker can't reach its own zone (error 1042), and a development server can't reach
 * its own tunnel.
 */
export async function httpPost(
  { uri, headers, body }: OutgoingRequest,
  ownOrigin: string,
): Promise<Result<ReceiverResponse, string>> {
  const limit = new AbortController();
  // Cleared below: a pending timer would keep the object from hibernating.
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

/** The JSON body of a refusal; undefined if it is not JSON. */
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
    // Leaving the loop cancels the rest.
    if (text.length > MAX_ANSWER) break;
  }
  return text;
}
