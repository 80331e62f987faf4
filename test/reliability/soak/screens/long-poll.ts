import { send } from "../../../../bench/harness/http.ts";
import { parseSnapshot } from "../../../../src/protocol/snapshot.ts";
import { endOf, type Connect } from "./watch.ts";

/** One connection is one request here: the next one asks for what is newer. */
export const longPoll: Connect = async ({ network, session, version, hear, signal }) => {
  const answer = await send(`${network.origin}/sessions/${session.sessionId}`, {
    headers: {
      Authorization: `Bearer ${session.watchToken}`,
      "If-None-Match": `"${version}"`,
      Prefer: "wait=25",
    },
    signal,
  });
  if (answer.status === 200) hear(parseSnapshot(answer.text));
  if (answer.status === 200 || answer.status === 304) return { retryAfter: 0 };
  return endOf(answer.status, answer.headers["retry-after"]);
};
