import { send } from "../../harness/http.ts";
import { parseSnapshot } from "../../../src/protocol/snapshot.ts";
import { codeOf, expectStatus } from "./login.ts";
import type { Waiting } from "./subject.ts";

/** Long polling: a request waits until there is a newer snapshot; then the next one is sent. */
export const waitByLongPoll: Waiting = async (login) => {
  const given = new AbortController();
  const asked = async (version: number) => {
    const answer = await send(login.url, {
      headers: { ...login.watchHeaders, "If-None-Match": `"${version}"`, Prefer: "wait=25" },
      signal: given.signal,
    });
    if (answer.status === 304) return undefined;
    expectStatus(answer, 200, "a snapshot");
    return { at: answer.at, snapshot: parseSnapshot(answer.text) };
  };
  const notified = (async () => {
    for (let version = 1; ;) {
      const news = await asked(version);
      if (!news) continue;
      version = news.snapshot.version;
      if (login.isApproval(news.snapshot)) return { at: news.at, ...codeOf(news.snapshot) };
    }
  })();
  return { notified, close: () => given.abort() };
};
