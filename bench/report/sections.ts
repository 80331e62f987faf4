/** The measures in the order of the report, each with what you need to know to read it. */
export interface Section {
  measure: string;
  title: string;
  /** What is measured, and how to read it. */
  text: string;
  /** The subject that the others are compared with, in an extra column. */
  reference?: string;
  /** A file in charts/. */
  chart?: string;
}

export const SECTIONS: readonly Section[] = [
  {
    measure: "told",
    title: "Time until the screen knows",
    text: "Time from sending the approval until the screen knows of it. With `callback` the client's backend knows then, and must still notify its browser.",
    reference: "node-ws",
    chart: "notification.svg",
  },
  {
    measure: "tokens",
    title: "Time until the screen has tokens",
    text: "Time from sending the approval until the screen has the result of the login: here an ID token and an access token, both signed; with better-auth an unsigned session token; with the bare object its last answer. The tutorial's server has no tokens. With the device grant, the tokens are the answer to a poll.",
    reference: "bare-object",
  },
  {
    measure: "logins_per_second",
    title: "Logins per second",
    text: "Complete logins per second, by the number of logins at the same time.",
    reference: "bare-object",
  },
  {
    measure: "cpu_per_login",
    title: "CPU time of a login",
    text: "CPU time of the server's process for one complete login, by the number of logins at the same time.",
    reference: "bare-object",
    chart: "cpu.svg",
  },
  {
    measure: "cpu_afterwards",
    title: "CPU time after a login",
    text: "CPU time for the work after a login: its objects are removed from memory.",
  },
  {
    measure: "memory_per_waiting",
    title: "Waiting screen: memory",
    text: "Memory of the server's process for each waiting screen.",
    chart: "memory.svg",
  },
  {
    measure: "memory_per_waiting_asleep",
    title: "Waiting screen, object asleep: memory",
    text: "The same, after every object has been asleep for some seconds.",
  },
  {
    measure: "files_per_waiting",
    title: "Waiting screen: open files",
    text: "Open files and connections of the server's process for each waiting screen.",
  },
  {
    measure: "files_per_waiting_asleep",
    title: "Waiting screen, object asleep: open files",
    text: "The same, after every object has been asleep for some seconds.",
  },
  {
    measure: "wake_ups",
    title: "Waiting screen: wake-ups",
    text: "Calls of the object's handlers while its screen waits.",
  },
  {
    measure: "seconds_awake_waiting",
    title: "Waiting screen: time awake",
    text: "Seconds in which the object can't sleep while its screen waits. `sse-in-object` is the same Worker, but the object itself holds the event stream, as it is usually written.",
  },
  {
    measure: "bytes",
    title: "Bytes on the wire",
    text: "All bytes of a login between screen, phone and server, including headers.",
    chart: "bytes.svg",
  },
  { measure: "requests", title: "Requests", text: "HTTP requests of a login." },
  {
    measure: "bytes_while_waiting",
    title: "Bytes while waiting",
    text: "The part of these bytes between the appearance of the code and the scan, 30 s later.",
  },
  {
    measure: "requests_while_waiting",
    title: "Requests while waiting",
    text: "The part of these requests between the appearance of the code and the scan.",
  },
  {
    measure: "growth",
    title: "CPU time of a login while others wait",
    text: "CPU time of the same login, by the number of other screens that wait.",
  },
  {
    measure: "growth_told",
    title: "Time until the screen knows while others wait",
    text: "Time from sending the approval until the screen knows of it, by the number of other screens that wait.",
  },
  {
    measure: "time_to_code",
    title: "Time to the code",
    text: "In a real browser with an empty cache: time from opening the page until the QR code can be scanned, by the added round-trip time in milliseconds.",
  },
  {
    measure: "round_trips_to_code",
    title: "Round trips to the code",
    text: "How often the browser waits for the server before the code is visible, after its first connection is open; computed from the effect of the added round-trip time.",
  },
  {
    measure: "bytes_to_code",
    title: "Bytes to the code",
    text: "What the browser has loaded when the code is visible: compressed bodies (Brotli, quality 4) and headers.",
  },
  {
    measure: "requests_to_code",
    title: "Requests to the code",
    text: "Requests of the browser until the code is visible.",
  },
  {
    measure: "start_up",
    title: "Cold start of the Worker",
    text: "How much later workerd gives its first answer with our Worker than with an empty one.",
  },
  {
    measure: "signature_time",
    title: "Signing a token",
    text: "The time of one signature, as a multiple of an ES256 signature in the same run. A client chooses the algorithm of its tokens; here and in the built-in page all are ES256.",
  },
  {
    measure: "worker_size",
    title: "Size of the Worker",
    text: "Everything that a cold start loads, compressed with gzip.",
  },
  {
    measure: "cost_per_million",
    title: "Cost of a million logins on Cloudflare",
    text: "Computed with Cloudflare's prices (bench/cost/prices.ts) from measured counts, with two abandoned codes for each login.",
    chart: "cost.svg",
  },
  {
    measure: "cost_per_million_by_item",
    title: "The same, by item of the bill",
    text: "The cost of one more million when the included amounts are used up.",
  },
  {
    measure: "month_of_a_million",
    title: "A month with a million logins",
    text: "The cost in addition to the plan's price, after the amounts that it includes.",
  },
  {
    measure: "rows_written",
    title: "Rows written",
    text: "Counted in the Worker, in all its objects.",
  },
];
