import type { Claim, ClaimName } from "../claim.ts";
import type { TitledText } from "../titled-text.ts";

/** The page /compare. */

export const COMPARE = {
  noscript: "This page shows what happens as it happens, which needs JavaScript.",
  description:
    "WebSocket, server-sent events, polling and callback side by side: who hears first, and what it takes.",
  title: "Four screens, one approval",
  heading: "Four screens, one approval",
  lead: "A page that waits for your phone has to hear of it when you say yes. There are four usual ways. Here all four wait for the same login: see who hears first, and what it takes.",
  steps: {
    scan: "Scan the code with your phone.",
    noPhone: [
      "No phone at hand? ",
      "Open the phone page in another window",
      ", and type:",
    ] satisfies [before: string, link: string, after: string],
    approve: "Approve there.",
    look: "See below who knew, and when.",
  },
  qr: "QR code: scan it with your phone, and all four screens are told",
  announcement: "A code is shown, and four screens wait for it.",
  starting: "Preparing a code…",
  cutAll: "Cut all four",
  restart: "Wait again, with a new code",
  scanned: [
    "Look at your phone",
    "The code was scanned. Approve there, and watch the four.",
  ] satisfies TitledText,
  told: {
    approved: ["Approved", "Nobody is logged in by it: this page only watches, and has let it go."],
    redeemed: ["Approved", "Nobody is logged in by it: this page only watches, and has let it go."],
    denied: ["Declined", "All four were told that, too."],
    expired: ["This code has expired", "Codes live only for a short time, to keep you safe."],
    cancelled: ["Cancelled", "This login is no longer wanted."],
  } satisfies Record<string, TitledText>,
  over: [
    "The wait is over",
    "It was not seen how. A new code begins another one.",
  ] satisfies TitledText,
  lanes: "The four screens",
  log: (name: string) => `What went over the wire: ${name}`,
  cut: "Cut",
  cutOne: (name: string) => `Cut: ${name}`,
  first: "First",
  later: (time: string) => `+${time}`,
  waiting: "Waiting",
  scannedShort: "Scanned",
  never: "Not told",
  facts: {
    connection: "Connection",
    requests: "Requests",
    payload: "Payload",
    reconnected: "Reconnected",
    called: "Its site knew",
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
  result: (told: string[], untold: string[]) => {
    const order = `In this order: ${told.join(", ")}.`;
    return untold.length === 0
      ? `All four know. ${order}`
      : `${order} Not told: ${untold.join(", ")}.`;
  },
};

export const WAY = {
  websocket: {
    name: "WebSocket",
    text: "A connection that stays open, both ways. The server speaks the moment it knows.",
    connected: "open",
  },
  sse: {
    name: "Server-sent events",
    text: "An answer that never ends. The server adds to it the moment it knows.",
    connected: "open",
  },
  poll: {
    name: "Polling",
    text: "“And now?”, every two seconds. The server can only ever answer.",
    connected: "asking",
  },
  callback: {
    name: "Callback",
    text: "The server calls the site’s server. The browser hears nothing of that, and asks its site every second.",
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
      "They do: a page can also cancel its login over the same connection. To be told of an approval, one way is enough.",
    labels: ["Bytes on the wire for a login, headers included"],
  },
  instant: {
    claim: "WebSockets are instant.",
    answer: "Nothing is sooner. But server-sent events come by the same push: compare the two.",
    labels: ["From sending the approval to the screen knowing"],
  },
  upkeep: {
    claim: "WebSockets take more to run.",
    answer:
      "Proxies on the way must let them through, browsers send no headers with them, and nothing reconnects by itself. What a server pays for them is what it keeps in memory; here the object behind a code sleeps while its screen waits.",
    labels: ["Memory for each screen that waits", "How often its object was woken"],
  },
  simple: {
    claim: "Server-sent events are simple, and one-way.",
    answer:
      "One plain request whose answer goes on. Held in the object itself they would keep it awake, so here the Worker holds them.",
    labels: ["Requests for a login"],
  },
  reconnecting: {
    claim: "Server-sent events reconnect by themselves.",
    answer:
      "The browser’s own EventSource does. It sends no headers, so a page that has to show a token reads the stream itself, and then must reconnect itself. Cut it above: this page does that for both.",
    labels: [],
    instead: "Cut it above, and see.",
  },
  everywhere: {
    claim: "Polling works everywhere.",
    answer:
      "It does, and is late by half its interval in the middle. Long polling, where the server keeps each question until it has news, works everywhere too, and is not late.",
    labels: ["From sending the approval to the screen knowing"],
  },
  realTime: {
    claim: "Callbacks are not real-time.",
    answer:
      "The site’s server is called at once. It is the browser that is told late, since it still has to ask its site. Callbacks are for the servers that must know, whether or not a page is open.",
    labels: ["From sending the approval to the site’s server knowing"],
  },
  exposed: {
    claim: "Callbacks need an endpoint that is exposed.",
    answer:
      "One that anybody can post to. So each call is a signed token that its receiver verifies, has a name by which repeats are noticed, and is sent again until it is accepted.",
    labels: [],
    instead: "See above what one call is.",
  },
  expiring: {
    claim: "A QR code must expire.",
    answer:
      "A code that is shown for long can be photographed and passed on, so this one changes every five seconds. And every screen that waits is a connection that somebody pays for, so it lives for two minutes.",
    labels: ["What a million logins cost at the edge, with two abandoned codes beside each"],
  },
};

export const CLAIMS = {
  heading: "What is said, and what was measured",
  text: "The figures come from one command, npm run bench, which runs every way, and what people use today, side by side on one machine. Where times differ, the middle one of all is given.",
  columns: ["It is said that", "What there is to it", "Measured"],
  missing: "Not measured yet: npm run bench does it.",
  rows: ROWS,
};

export const COUNTING = {
  heading: "How this is counted",
  notes: [
    "Times are counted from the moment when the first of the four knew, by this browser’s clock. How soon after the approval that is stands in the table: only the phone knows when it was sent.",
    "Each screen has a connection of its own, and counts until it knows. The bytes are payload, as a page can see it: bodies, unpacked, and WebSocket messages. Headers come on top, and a page can’t see them: each request has some hundreds of bytes of them each way, so asking often costs more than the payload says.",
    "When the callback’s site knew is told by that site’s clock, compared with the one here, and right within half a round trip. What the two servers send each other isn’t counted as the page’s.",
    "Polling is the plain kind here. Where the other ways don’t get through, our own client polls long: the server keeps each question for up to 25 seconds.",
    "A page can’t pull a plug: a cut closes the connection, and waits for nobody’s farewell. It is made again by the rules that hold on every page of ours: after half a second at most, and a longer pause each time that it breaks again soon.",
  ],
  back: "The login page",
};
