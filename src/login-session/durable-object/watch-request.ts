/**
 * How the Worker asks a session's object for a socket. The request is made by the Worker alone,
 * header by header: nothing of what came from outside is passed on.
 */
export interface WatchCredentials {
  /** As it was presented; the object compares its hash. */
  token: string;
  /**
   * The clients whose pages live at the `Origin` that the request came from. Absent when it came
   * from our own page, or from something that is no browser and so has no origin.
   */
  clientIds?: readonly string[];
}

const TOKEN_HEADER = "X-Watch-Token";
const CLIENTS_HEADER = "X-Origin-Clients";

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
