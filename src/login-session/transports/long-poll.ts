import { callTwice } from "../../lib/object-unavailable.ts";
import { err, ok, type Result } from "../../lib/result.ts";
import { isTerminal } from "../../protocol/snapshot.ts";
import type { WatchCredentials, WatchError } from "../durable-object/watch-request.ts";
import { readSnapshotText, type SnapshotText } from "./snapshot-text.ts";
import { subscribe, type NewStub, type Subscription } from "./subscription.ts";

/** Seconds that a request can wait at most. Proxies close silent connections after 30 to 100 s. */
export const MAX_WAIT = 25;

/**
 * Long polling: a conditional request (RFC 9110 §13.1.2) that says how long it can wait for a change
 * (RFC 7240 §4.3). It waits in the Worker, on a socket to the object, which sleeps.
 */
export async function watchByLongPoll(
  session: NewStub,
  watcher: WatchCredentials,
  { ifNoneMatch, prefer }: { ifNoneMatch: string | undefined; prefer: string | undefined },
): Promise<Result<Response, WatchError>> {
  const wait = preferredWait(prefer);
  if (wait === 0) {
    using snapshot = await callTwice(() => session().snapshot(watcher));
    return snapshot.ok
      ? ok(snapshotResponse(readSnapshotText(snapshot.value), ifNoneMatch, wait))
      : err(snapshot.error);
  }
  const opened = await subscribe(session, watcher);
  if (!opened.ok) return opened;
  const { value: subscription } = opened;
  const { initial } = subscription;
  const isUnchanged = isKnown(initial, ifNoneMatch) && !isTerminal(initial);
  const newest = isUnchanged ? await nextSnapshot(subscription, wait) : initial;
  subscription.close();
  return ok(snapshotResponse(newest, ifNoneMatch, wait));
}

/** The next snapshot, or the initial one again if the time is over or the connection breaks. */
function nextSnapshot(subscription: Subscription, wait: number): Promise<SnapshotText> {
  const { initial } = subscription;
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve(initial), wait * 1000);
    const settle = (snapshot: SnapshotText) => {
      clearTimeout(timer);
      resolve(snapshot);
    };
    subscription.listen({ snapshot: settle, end: () => settle(initial) });
  });
}

function snapshotResponse(
  snapshot: SnapshotText,
  ifNoneMatch: string | undefined,
  wait: number,
): Response {
  const headers = new Headers({ ETag: `"${snapshot.version}"`, "Cache-Control": "no-store" });
  if (wait > 0) headers.set("Preference-Applied", `wait=${wait}`);
  if (isKnown(snapshot, ifNoneMatch)) return new Response(null, { status: 304, headers });
  headers.set("Content-Type", "application/json");
  return new Response(snapshot.text, { headers });
}

/** Whether the client has this version already. Entity tags are compared weakly (RFC 9110 §8.8.3.2). */
function isKnown({ version }: SnapshotText, ifNoneMatch: string | undefined): boolean {
  const tags = (ifNoneMatch ?? "").split(",").map((tag) => tag.trim().replace(/^W\//, ""));
  return tags.includes("*") || tags.includes(`"${version}"`);
}

/** The seconds of a `Prefer: wait` header. 0 if there is none, or if it is malformed. */
export function preferredWait(prefer: string | undefined): number {
  const match = /(?:^|[,;])\s*wait\s*=\s*"?(\d{1,4})"?\s*(?:$|[,;])/i.exec(prefer ?? "");
  return Math.min(Number(match?.[1] ?? 0), MAX_WAIT);
}
