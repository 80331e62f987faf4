import type { Waiting } from "./subject.ts";

/**
 * A callback to the client's backend. What is told is that server; the browser that waits behind it
 * must be told by it, which is the client's own affair and comes on top.
 */
export const waitByCallback: Waiting = (login, _options, { callbacks }) => {
  const { session_id } = login.session;
  return Promise.resolve({
    told: callbacks.told(session_id).then((at) => ({ at })),
    close: () => callbacks.forget(session_id),
  });
};
