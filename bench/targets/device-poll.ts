import { setTimeout as sleep } from "node:timers/promises";
import * as v from "valibot";
import { jsonOf, type HttpAnswer } from "../harness/http.ts";
import { check } from "../harness/subject.ts";

/** The answer to a poll before the decision, or to one that came too soon (RFC 8628 §3.5). */
const NotYet = v.object({ error: v.picklist(["authorization_pending", "slow_down"]) });

export interface DevicePolling {
  /** Seconds, prescribed by the server. */
  interval: number;
  /** With `false` it asks once, as soon as `approved` is called. */
  polls: boolean;
  ask: () => Promise<HttpAnswer>;
}

/** A device of RFC 8628: it polls at the prescribed interval until it has its tokens. */
export function pollForTokens({ interval, polls, ask }: DevicePolling): {
  tokens: Promise<HttpAnswer>;
  approved: () => void;
  abandon: () => void;
} {
  const given = new AbortController();
  const approved = Promise.withResolvers<void>();
  const { signal } = given;
  const tokens = (async () => {
    for (let seconds = interval; ;) {
      await (polls ? sleep(seconds * 1000, undefined, { signal }) : approved.promise);
      const answer = await ask();
      if (answer.status === 200) return answer;
      const pending = v.safeParse(NotYet, jsonOf(answer));
      check(pending.success && polls, `A poll was answered ${answer.status}: ${answer.text}`);
      // §3.5: the interval grows by five seconds.
      if (pending.output.error === "slow_down") seconds += 5;
    }
  })();
  tokens.catch(() => undefined);
  return { tokens, approved: approved.resolve, abandon: () => given.abort() };
}
