/** The measures in the order in which they are told, with what readers need to know of each. */
export interface Section {
  measure: string;
  title: string;
  /** What is measured, and how it is to be read. */
  text: string;
  /** The subject that the others are compared with, in a column of its own. */
  reference?: string;
  /** A file in charts/. */
  chart?: string;
}

export const SECTIONS: readonly Section[] = [
  {
    measure: "told",
    title: "Told how fast",
    text: "From sending the approval to the screen knowing of it. For `callback` it is the client's backend that knows; its browser must still be told by it.",
    reference: "node-ws",
    chart: "told.svg",
  },
  {
    measure: "tokens",
    title: "Holding tokens",
    text: "From sending the approval to the screen holding what the login gives: our ID token and access token, both signed; an unsigned session token of better-auth; the last answer of the bare object. The tutorial's server gives nothing. Who polls a device grant gets the tokens as the answer.",
    reference: "bare-object",
  },
  {
    measure: "logins_per_second",
    title: "How many a second",
    text: "Complete logins per second, at so many at a time.",
    reference: "bare-object",
  },
  {
    measure: "cpu_per_login",
    title: "What a login costs the server",
    text: "CPU of the server's process for one complete login, at so many at a time.",
    reference: "bare-object",
    chart: "cpu.svg",
  },
  {
    measure: "cpu_afterwards",
    title: "What a login costs afterwards",
    text: "CPU for what comes when a login is over: its objects leave the memory, and ours is woken once more, to forget it.",
  },
  {
    measure: "memory_per_waiting",
    title: "A screen that waits: memory",
    text: "Memory of the server's process for each screen that waits.",
    chart: "memory.svg",
  },
  {
    measure: "memory_per_waiting_asleep",
    title: "Asleep: memory",
    text: "The same, once every object has been asleep for seconds.",
  },
  {
    measure: "files_per_waiting",
    title: "A screen that waits: open files",
    text: "Files and connections that the server's process has open for each screen that waits.",
  },
  {
    measure: "files_per_waiting_asleep",
    title: "Asleep: open files",
    text: "The same, once every object has been asleep for seconds.",
  },
  {
    measure: "wake_ups",
    title: "A screen that waits: wake-ups",
    text: "Calls of the object's handlers while its screen waited.",
  },
  {
    measure: "seconds_awake_waiting",
    title: "A screen that waits: time awake",
    text: "For how long the object could not sleep, of the seconds that its screen waited. `sse-in-object` is the same Worker with the event stream held by the object itself, as it is usually written.",
  },
  {
    measure: "bytes",
    title: "Bytes on the wire",
    text: "All bytes of a login between the screen, the phone and the server, headers included.",
    chart: "bytes.svg",
  },
  { measure: "requests", title: "Requests", text: "HTTP requests of a login." },
  {
    measure: "bytes_while_waiting",
    title: "Bytes while nothing happens",
    text: "Of these bytes, those between the code's appearance and the scan, 30 s later.",
  },
  {
    measure: "requests_while_waiting",
    title: "Requests while nothing happens",
    text: "Of these requests, those between the code's appearance and the scan.",
  },
  {
    measure: "growth",
    title: "Growth",
    text: "The same login with so many others waiting beside it.",
  },
  {
    measure: "growth_told",
    title: "Growth: told",
    text: "From sending the approval to the screen knowing, with so many others waiting beside it.",
  },
  {
    measure: "time_to_code",
    title: "Time to the code",
    text: "In a real browser with an empty cache: from opening the page to a QR code that can be scanned, at so many milliseconds of added round trip.",
  },
  {
    measure: "round_trips_to_code",
    title: "Round trips to the code",
    text: "How often the browser waits for the far end before the code is there, once its first connection stands: by how much the distance costs.",
  },
  {
    measure: "bytes_to_code",
    title: "Bytes to the code",
    text: "What the browser has loaded when the code is there: bodies as compressed on the way (Brotli, quality 4), and headers.",
  },
  {
    measure: "requests_to_code",
    title: "Requests to the code",
    text: "How many of them the browser has made until then.",
  },
  {
    measure: "start_up",
    title: "Starting the Worker",
    text: "How much later workerd gives its first answer with our Worker in it than with an empty one: what a cold start adds.",
  },
  {
    measure: "worker_size",
    title: "The Worker's size",
    text: "All that a cold start loads, gzip.",
  },
  {
    measure: "cost_per_million",
    title: "What a million logins cost at the edge",
    text: "By Cloudflare's prices (bench/cost/prices.ts), from counts that were measured, with two abandoned codes beside each login.",
    chart: "cost.svg",
  },
  {
    measure: "cost_per_million_by_item",
    title: "The same, by what is charged",
    text: "Where nothing is included any more: what one more million costs.",
  },
  {
    measure: "month_of_a_million",
    title: "A month with a million logins",
    text: "What is to be paid beyond the plan's own price, after all that it includes.",
  },
  {
    measure: "rows_written",
    title: "Counted: rows written",
    text: "By the Worker itself, in all its objects.",
  },
];
