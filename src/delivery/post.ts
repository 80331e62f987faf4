import { refusal, success, type Result } from "../login/errors.ts";
import { TRY_LIMIT } from "./outbox.ts";

/** One message, as it goes over the wire. */
export interface Post {
  /** As the configuration has it at this very try. */
  uri: string;
  headers: Record<string, string>;
  body: string;
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
 */
export async function post({ uri, headers, body }: Post): Promise<Result<Answer, string>> {
  const limit = new AbortController();
  // One that can be cleared: a pending timer would keep the object from sleeping.
  const timer = setTimeout(() => limit.abort(new Error("it took too long")), TRY_LIMIT);
  const { signal } = limit;
  try {
    const answer = await fetch(uri, { method: "POST", headers, body, redirect: "manual", signal });
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
