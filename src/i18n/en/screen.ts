import type { TitledText } from "../titled-text.ts";
import { SCAN_PROMPT } from "./scan-prompt.ts";

const NEW_CODE = "Show a new code";

/** The login page. */
export const SCREEN = {
  noscript:
    "You can scan this code, but for a new one, and to go on from here, this page needs JavaScript.",
  aside: "How does it know?",
  starting: "Preparing a code…",
  pending: {
    title: SCAN_PROMPT.title,
    heading: SCAN_PROMPT.heading,
    steps: [
      "Open the camera of your phone.",
      "Point it at this code, and open the link.",
      "Check what your phone shows, and approve.",
    ],
    qr: SCAN_PROMPT.qr,
    type: "No camera? Type a code instead",
    typed: (address: string) => `Open ${address} on your phone, and type:`,
    noTyped: "No code to type came. Try again in a moment.",
    announcement: "A code to log in is shown. Scan it with your phone.",
  },
  /** Single sign-on: what the person at the screen can choose. */
  keep: {
    label: "Keep me logged in on this browser",
    hint: "Other sites can then log you in without your phone. Leave this off on a computer that others use.",
  },
  expiresIn: (time: string) => `Works for ${time}`,
  scanned: {
    title: "Scanned — look at your phone",
    heading: "Look at your phone",
    text: "The code was scanned. Approve the login on your phone to go on.",
    startOver: "That wasn’t me: start over",
    /** The user types on the phone what is displayed here. */
    digits: "The code was scanned. Type these two digits on your phone, and approve:",
    /** The user types here what the phone displays. */
    code: {
      text: "The code was scanned. Type the four digits that your phone shows:",
      label: "Digits on your phone",
      submit: "Continue",
      network: "No answer came. Please try again.",
    },
  },
  redeeming: { title: "Logging in…", heading: "Approved. Logging you in…" },
  /** The browser returns to the client. */
  leaving: {
    title: (client: string) => `Going back to ${client}…`,
    open: (client: string) => `Open ${client}`,
  },
  /** The user came back to the page after that. */
  left: {
    notice: (client: string): TitledText => [
      "This login is over",
      `You went back to ${client} already. If it didn’t work, log in once more.`,
    ],
    action: NEW_CODE,
  },
  backTo: SCAN_PROMPT.backTo,
  loggedIn: {
    title: (name?: string) => (name ? `Logged in as ${name}` : "Logged in"),
    text: (time: string) =>
      `Your phone approved this login at ${time}. This page now has a session of its own; the one on your phone stays there.`,
    logOut: "Log out",
  },
  denied: {
    notice: [
      "Declined",
      "The login was declined on the phone. Nobody was logged in.",
    ] as TitledText,
    action: NEW_CODE,
  },
  /** The user typed another code than the phone displays. */
  mistyped: {
    notice: [
      "Those weren’t the digits",
      "To be safe, this login has been ended, and nobody was logged in.",
    ] as TitledText,
    action: NEW_CODE,
  },
  expired: {
    notice: [
      "This code has expired",
      "Codes live only for a short time, to keep you safe.",
    ] as TitledText,
    action: NEW_CODE,
  },
  cancelled: {
    notice: ["Cancelled", "This login was cancelled. Nobody was logged in."] as TitledText,
    action: NEW_CODE,
  },
  /** Why there is no code, by error code. */
  failures: {
    offline: ["You are offline", "A code will be shown as soon as you are back."],
    network: ["The server can’t be reached", "This page keeps trying by itself."],
    too_many_requests: ["Too many logins at once", "Wait a minute, and try again."],
    configuration_error: [
      "This site isn’t set up correctly",
      "Whoever runs it finds the reason in its log.",
    ],
    client_unknown: [
      "This page isn’t known here",
      "Its client_id isn’t registered with the server.",
    ],
    origin_not_allowed: [
      "This isn’t the page’s address",
      "Open the page at the address that the server is configured for.",
    ],
    insecure_context: [
      "This page needs https",
      "It was loaded over plain http, where browsers withhold what a safe login needs.",
    ],
    redeem: [
      "The login wasn’t completed",
      "It was approved, but then something went wrong. Please try once more.",
    ],
    other: ["Something went wrong", "That is our fault, not yours. Please try again."],
  } satisfies Record<string, TitledText>,
  tryAgain: "Try again",
  connection: {
    connecting: "Connecting…",
    reconnecting: "Reconnecting…",
    offline: "Offline: it goes on as soon as you are back",
    websocket: "Live by WebSocket",
    sse: "Live by server-sent events",
    poll: "Live by long polling",
  },
};
