import type { Claim, ClaimName } from "../claim.ts";
import type { TitledText } from "../titled-text.ts";

/** The page /compare. */

export const COMPARE = {
  noscript: "This page shows what happens as it happens, which needs JavaScript.",
  description:
    "WebSocket, server-sent events, polling and callback side by side: which is first, and what each one costs.",
  title: "Four screens, one approval",
  heading: "Four screens, one approval",
  lead: "A page that waits for your phone must learn of your approval. There are four usual transports. Here all four wait for the same login: see which one is first, and what each one costs.",
  steps: {
    scan: "Scan the code with your phone.",
    noPhone: [
      "No phone at hand? ",
      "Open the phone page in another window",
      ", and type:",
    ] satisfies [before: string, link: string, after: string],
    approve: "Approve there.",
    look: "See below which screen was notified when.",
  },
  qr: "QR code: scan it with your phone, and all four screens are notified",
  announcement: "A code is shown, and four screens wait for it.",
  starting: "Preparing a code…",
  cutAll: "Cut all four",
  restart: "Wait again, with a new code",
  scanned: [
    "Look at your phone",
    "The code was scanned. Approve there, and watch the four screens.",
  ] satisfies TitledText,
  ended: {
    approved: ["Approved", "This page logs nobody in. It only watches, and has dropped the login."],
    redeemed: ["Approved", "This page logs nobody in. It only watches, and has dropped the login."],
    denied: ["Declined", "All four screens were notified of that, too."],
    expired: ["This code has expired", "For your safety, a code is valid only for a short time."],
    cancelled: ["Cancelled", "The login was cancelled."],
  } satisfies Record<string, TitledText>,
  over: [
    "The login is over",
    "This page doesn’t know how it ended. A new code starts another one.",
  ] satisfies TitledText,
  lanes: "The four screens",
  log: (name: string) => `What was sent and received: ${name}`,
  cut: "Cut",
  cutOne: (name: string) => `Cut: ${name}`,
  first: "First",
  later: (time: string) => `+${time}`,
  waiting: "Waiting",
  scannedShort: "Scanned",
  never: "Not notified",
  facts: {
    connection: "Connection",
    requests: "Requests",
    payload: "Payload",
    reconnected: "Reconnected",
    called: "Its site was notified",
  },
  connection: {
    connecting: "connecting…",
    reconnecting: "reconnecting…",
    over: "done",
    failed: "refused",
  },
  reconnected: (times: number) => (times === 0 ? "no" : times === 1 ? "once" : `${times} times`),
  payload: (down: string, up: string) =>
    [`${down} down, ${up} up`, `↓ ${down}  ↑ ${up}`] satisfies [said: string, seen: string],
  called: (ms: number, time: string) => (ms < 0 ? `about ${time} earlier` : `about +${time}`),
  notYet: "not yet",
  seconds: (seconds: string) => `${seconds} s`,
  times: (times: number) => `× ${times}`,
  /**
   * For screen readers at the end: the screens in the order in which they got the result, and those
   * that got none.
   */
  result: (notified: string[], notNotified: string[]) => {
    const order = `In this order: ${notified.join(", ")}.`;
    return notNotified.length === 0
      ? `All four know. ${order}`
      : `${order} Not notified: ${notNotified.join(", ")}.`;
  },
};

export const WAY = {
  websocket: {
    name: "WebSocket",
    text: "A connection that stays open, in both directions. The server sends the result at once.",
    connected: "open",
  },
  sse: {
    name: "Server-sent events",
    text: "A response that stays open. The server adds the result at once.",
    connected: "open",
  },
  poll: {
    name: "Polling",
    text: "The page asks every two seconds. The server can only answer.",
    connected: "asking",
  },
  callback: {
    name: "Callback",
    text: "The server calls the site’s server. The browser doesn’t see that, and asks its site every second.",
    connected: "asking",
  },
};

export const LOG = {
  up: "from the page: ",
  down: "to the page: ",
  staysOpen: "stays open",
  closed: "closed",
  cut: "cut, here",
  nothingToCut: "nothing to cut: between two requests there is no connection",
  noAnswer: "no answer",
  called: (bytes: number) => `The login’s server called the site’s server: one request, ${bytes} B`,
};

/** Units that are words. */
export const UNIT = { calls: "calls", requests: "requests", bytes: "bytes" };

/** The subjects of the measurements. */
export const SUBJECT = {
  websocket: "WebSocket",
  sse: "server-sent events",
  "long-poll": "long polling",
  "poll-2s": "polling every 2 s",
  "poll-5s": "polling every 5 s",
  callback: "callback",
  "node-ws": "plain Node, WebSocket",
  "node-sse": "plain Node, server-sent events",
  "oidc-provider": "oidc-provider",
  "better-auth": "better-auth",
  "sse-in-object": "server-sent events held in the object",
};

const ROWS: Record<ClaimName, Claim> = {
  bothWays: {
    claim: "WebSockets go both ways.",
    answer:
      "They do: a page can also cancel its login over the same connection. To receive an approval, one direction is enough.",
    labels: ["Bytes on the wire for a login, headers included"],
  },
  instant: {
    claim: "WebSockets are instant.",
    answer:
      "Nothing is faster. But server-sent events are pushed in the same way: compare the two.",
    labels: ["From sending the approval to the result on the screen"],
  },
  upkeep: {
    claim: "WebSockets take more to run.",
    answer:
      "Proxies must let them through, browsers send no headers with them, and nothing reconnects by itself. On the server they cost memory; here the object of a code sleeps while its screen waits.",
    labels: ["Memory for each screen that waits", "How often its object was woken"],
  },
  simple: {
    claim: "Server-sent events are simple, and go one way.",
    answer:
      "They are one plain request whose response stays open. If the object held the stream, it could not sleep, so here the Worker holds it.",
    labels: ["Requests for a login"],
  },
  reconnecting: {
    claim: "Server-sent events reconnect by themselves.",
    answer:
      "The browser’s own EventSource does. It sends no headers, so a page that has to show a token reads the stream itself, and then must reconnect itself. Cut it above: this page reconnects both.",
    labels: [],
    instead: "Cut it above and see.",
  },
  everywhere: {
    claim: "Polling works everywhere.",
    answer:
      "It does, and is late by half its interval on average. Long polling, where the server keeps each request until there is news, works everywhere too, and is not late.",
    labels: ["From sending the approval to the result on the screen"],
  },
  realTime: {
    claim: "Callbacks are not real-time.",
    answer:
      "The site’s server is called at once. The browser learns of it late, since it still has to ask its site. Callbacks are for servers that must be notified whether or not a page is open.",
    labels: ["From sending the approval to the notification of the site’s server"],
  },
  exposed: {
    claim: "Callbacks need an endpoint that is exposed.",
    answer:
      "Anybody can post to it. So each call is a signed token that the receiver verifies. It has an id by which repeats are noticed, and is sent again until it is accepted.",
    labels: [],
    instead: "See above what one call is.",
  },
  expiring: {
    claim: "A QR code must expire.",
    answer:
      "A code that is shown for a long time can be photographed and passed on, so this one changes every five seconds. And each waiting screen is a connection that costs money, so a login session ends after two minutes.",
    labels: ["What a million logins cost at the edge, with two abandoned codes beside each"],
  },
};

export const CLAIMS = {
  heading: "Common claims, and what was measured",
  text: "The figures come from one command, npm run bench, which runs all transports, and other software for comparison, side by side on one machine. For times, the median is given.",
  columns: ["Claim", "Answer", "Measured"],
  missing: "Not measured yet: run npm run bench.",
  rows: ROWS,
};

export const COUNTING = {
  heading: "How this is counted",
  notes: [
    "Times are counted from the moment when the first of the four screens had the result, by this browser’s clock. The time since the approval is in the table: only the phone knows when it was sent.",
    "Each screen has its own connection, and counts until it has the result. The bytes are the payload that a page can see: uncompressed bodies, and WebSocket messages. Headers are not included, since a page can’t see them: each request has some hundreds of bytes of them in each direction, so frequent requests cost more than their payload.",
    "The time at which the callback’s site was notified is taken from that site’s clock, compared with the clock here; it is exact to half a round trip. What the two servers send each other isn’t counted for the page.",
    "Polling here means short requests at an interval. Where the other transports are blocked, our own client uses long polling: the server keeps each request for up to 25 seconds.",
    "A page can’t interrupt the network: a cut closes the connection without waiting for the server. The page reconnects as all our pages do: after half a second at most, and after a longer pause each time that the connection breaks again soon.",
  ],
  back: "The login page",
};
