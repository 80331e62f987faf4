import * as v from "valibot";

/** Who wants to watch a session. */
export interface WatchCredentials {
  /** As it was presented. The object compares its hash. */
  token: string;
  /**
   * The clients of the `Origin` that the request came from. Missing if it came from our own page, or
   * from a program that is no browser and sends no origin.
   */
  clientIds?: readonly string[];
}

/** The body of the object's response if it refuses the socket. */
export const WatchRefusal = v.object({
  error: v.picklist([
    "watch_token_invalid",
    "session_expired",
    "origin_not_allowed",
    "too_many_watchers",
  ]),
});

export type WatchError = v.InferOutput<typeof WatchRefusal>["error"];

/** The object's response if it refuses the socket. */
export function watchRefusal(error: WatchError): Response {
  return Response.json({ error }, { status: 403 });
}

const TOKEN_HEADER = "X-Watch-Token";
const CLIENTS_HEADER = "X-Origin-Clients";

/** The Worker's request for a socket. It contains nothing else of the request that the Worker received. */
export function watchRequest(watcher: WatchCredentials): Request {
  const headers = new Headers({ Upgrade: "websocket", [TOKEN_HEADER]: watcher.token });
  if (watcher.clientIds) headers.set(CLIENTS_HEADER, watcher.clientIds.join(" "));
  return new Request("https://login-session/watch", { headers });
}

export function readWatchRequest(request: Request): WatchCredentials {
  const token = request.headers.get(TOKEN_HEADER) ?? "";
  const clients = request.headers.get(CLIENTS_HEADER);
  return clients === null ? { token } : { token, clientIds: clients.split(" ") };
}
