import { callTwice } from "../../lib/object-unavailable.ts";
import { ok } from "../../lib/result.ts";
import type { LoginResult } from "../domain/errors.ts";
import type { WatchCredentials } from "../durable-object/watch-request.ts";
import { isTerminal, type Snapshot } from "../../protocol/snapshot.ts";
import { subscribe, type NewStub, type Subscription } from "./subscription.ts";

/** Seconds that one request may wait at most; proxies give up on silence after 30 to 100. */
export const MAX_WAIT = 25;

/**
 * Long polling: an ordinary conditional request (RFC 9110 §13.1.2) that says how long it can wait
 * for something new (RFC 7240 §4.3). It waits in the Worker, on a socket to the object, which sleeps.
 */
export async function watchByLongPoll(
  session: NewStub,
  watcher: WatchCredentials,
  { ifNoneMatch, prefer }: { ifNoneMatch: string | undefined; prefer: string | undefined },
): Promise<LoginResult<Response>> {
  const wait = preferredWait(prefer);
  if (wait === 0) {
    using snapshot = await callTwice(() => session().snapshot(watcher));
    return snapshot.ok ? ok(answer(snapshot.value, ifNoneMatch, wait)) : { ...snapshot };
  }
  const opened = await subscribe(session, watcher);
  if (!opened.ok) return opened;
  const watch = opened.value;
  const nothingNew = isKnown(watch.first, ifNoneMatch) && !isTerminal(watch.first);
  const newest = nothingNew ? await nextSnapshot(watch, wait) : watch.first;
  watch.close();
  return ok(answer(newest, ifNoneMatch, wait));
}

/** The next snapshot, or the first one again when the time is over or the connection breaks. */
function nextSnapshot(watch: Subscription, wait: number): Promise<Snapshot> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve(watch.first), wait * 1000);
    const settle = (snapshot: Snapshot) => {
      clearTimeout(timer);
      resolve(snapshot);
    };
    watch.listen({ snapshot: settle, end: () => settle(watch.first) });
  });
}

function answer(snapshot: Snapshot, ifNoneMatch: string | undefined, wait: number): Response {
  const headers = new Headers({ ETag: `"${snapshot.version}"`, "Cache-Control": "no-store" });
  if (wait > 0) headers.set("Preference-Applied", `wait=${wait}`);
  if (isKnown(snapshot, ifNoneMatch)) return new Response(null, { status: 304, headers });
  headers.set("Content-Type", "application/json");
  return new Response(JSON.stringify(snapshot), { headers });
}

/** Whether the requester has this version already: entity tags compare weakly here (RFC 9110 §8.8.3.2). */
function isKnown(snapshot: Snapshot, ifNoneMatch: string | undefined): boolean {
  const tags = (ifNoneMatch ?? "").split(",").map((tag) => tag.trim().replace(/^W\//, ""));
  return tags.includes("*") || tags.includes(`"${snapshot.version}"`);
}

/** Whole seconds to wait, from a `Prefer` header; 0 when it asks for none or makes no sense. */
export function preferredWait(prefer: string | undefined): number {
  const match = /(?:^|[,;])\s*wait\s*=\s*"?(\d{1,4})"?\s*(?:$|[,;])/i.exec(prefer ?? "");
  return Math.min(Number(match?.[1] ?? 0), MAX_WAIT);
}
