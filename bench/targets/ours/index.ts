import type { Subject } from "../../harness/subject.ts";
import { waitByCallback } from "./callback.ts";
import { waitByLongPoll } from "./long-poll.ts";
import { waitByPolling } from "./poll.ts";
import { CALLBACK_CLIENT, SCREEN_CLIENT } from "./server.ts";
import { waitBySse } from "./sse.ts";
import { ourSubject } from "./subject.ts";
import { waitByWebSocket } from "./websocket.ts";

const screen = { clientId: SCREEN_CLIENT };

/** Our Worker with each transport. */
export const websocket: Subject = ourSubject(
  "websocket",
  "Our Worker; the screen holds a WebSocket to the session's object, which sleeps.",
  { ...screen, wait: waitByWebSocket },
);

export const sse: Subject = ourSubject(
  "sse",
  "Our Worker; the screen holds an event stream to the Worker, and the Worker a socket to the object, which sleeps.",
  { ...screen, wait: waitBySse },
);

export const longPoll: Subject = ourSubject(
  "long-poll",
  "Our Worker; the screen sends requests that wait up to 25 s for something new.",
  { ...screen, wait: waitByLongPoll },
);

export const poll5s: Subject = ourSubject("poll-5s", "Our Worker; the screen asks every 5 s.", {
  ...screen,
  wait: waitByPolling(5_000),
  pollInterval: 5_000,
});

export const poll2s: Subject = ourSubject("poll-2s", "Our Worker; the screen asks every 2 s.", {
  ...screen,
  wait: waitByPolling(2_000),
  pollInterval: 2_000,
});

export const callback: Subject = ourSubject(
  "callback",
  "Our Worker; the client's backend gets a signed security event token. Its browser doesn't know yet.",
  { clientId: CALLBACK_CLIENT, wait: waitByCallback },
);

export const OUR_SUBJECTS: readonly Subject[] = [
  websocket,
  sse,
  longPoll,
  poll5s,
  poll2s,
  callback,
];

/** Deletes its logins as soon as possible: a minute after their end. */
export const forgetful: Subject = ourSubject(
  "forgetful",
  "Our Worker, with sessions that live for a minute.",
  { ...screen, wait: waitByWebSocket, vars: { SESSION_TTL: 60 } },
);

/** With the longest possible session lifetime, for measurements with thousands of screens. */
const patient = { SESSION_TTL: 600 };

export const patientWebsocket: Subject = ourSubject(websocket.name, websocket.about, {
  ...screen,
  wait: waitByWebSocket,
  vars: patient,
});

export const patientSse: Subject = ourSubject(sse.name, sse.about, {
  ...screen,
  wait: waitBySse,
  vars: patient,
});

export const patientLongPoll: Subject = ourSubject(longPoll.name, longPoll.about, {
  ...screen,
  wait: waitByLongPoll,
  vars: patient,
});
