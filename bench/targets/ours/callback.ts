import type { Waiting } from "./subject.ts";

/**
 * A callback to the client's backend. The backend must then notify its browser, which isn't measured
 * here.
 */
export const waitByCallback: Waiting = (login, _options, { callbacks }) => {
  const { session_id } = login.session;
  return Promise.resolve({
    notified: callbacks.notified(session_id).then((at) => ({ at })),
    close: () => callbacks.forget(session_id),
  });
};
