/** The screen: shows a code, waits for the phone, and is logged in, or brings the answer to the client. */
import type { AuthorizationResponse } from "../../protocol/authorization-response.ts";
import { sleep } from "../../sdk/sleep.ts";
import { onResume } from "../../sdk/on-resume.ts";
import type { TransportName } from "../../sdk/index.ts";
import { attempt, type Outcome } from "./login-flow.ts";
import { returnToClient, leadsToApp } from "./return-to-client.ts";
import { FirstPartyLoginSession } from "./first-party-login.ts";
import { readLoginPage } from "./read-page.ts";
import { ClientLoginSession } from "./client-login.ts";
import { ConnectionStatus } from "./connection-status.ts";
import {
  failedView,
  leavingView,
  returnedView,
  loggedInView,
  startingView,
  failedLoginView,
} from "./views.ts";
import { ViewHost, type View } from "../ui/view-host.ts";

const transport = forcedTransport(new URLSearchParams(location.search).get("transport"));
const stage = new ViewHost({ movesFocus: false });
const smallPrint = new ConnectionStatus();
const page = readLoginPage();
const sentBy = page && "request" in page ? new ClientLoginSession(page) : undefined;
const own = new FirstPartyLoginSession(page && "own" in page ? page : undefined);

/** The attempts in a row that a bad connection spoiled. */
let spoiled = 0;
/** The trouble that is being told of: it is said once, and then tried quietly. */
let told: string | undefined;
let again: () => void = () => undefined;

/** The one button of an ending: another attempt. */
function tapped(): void {
  told = undefined;
  stage.showSoon(startingView(sentBy?.clientName));
  again();
}

if (page && "answer" in page) await leave(page.answer);
// Where the login came with the page, its code is shown already.
if (!page || !("session" in page)) stage.showSoon(startingView(sentBy?.clientName));
for (;;) {
  const outcome = await attempt(stage, smallPrint, { own, sentBy, transport });
  if (outcome.type === "start-over") {
    stage.showSoon(startingView(sentBy?.clientName));
    continue;
  }
  if (outcome.type === "leave") {
    await leave(outcome.way);
    continue;
  }
  const trouble = passingTrouble(outcome);
  spoiled = trouble === undefined ? 0 : spoiled + 1;
  if (trouble === undefined || trouble !== told) stage.show(viewOf(outcome, tapped));
  told = trouble;
  await new Promise<void>((resolve) => {
    again = resolve;
    // What the network did, it may undo: then nobody needs to tap.
    if (trouble !== undefined) void untilWorthATry().then(resolve);
  });
}

function viewOf(
  outcome: Exclude<Outcome, { type: "start-over" | "leave" }>,
  again: () => void,
): View {
  const back = sentBy && {
    client: sentBy.clientName,
    go: () => void leave(sentBy.declined).then(again),
  };
  switch (outcome.type) {
    case "logged-in":
      // The tokens live in this page alone: to forget them is to log out.
      return loggedInView(outcome.tokens.claims?.name, again);
    case "failed":
      return failedView(outcome.code, again, back);
    default:
      return failedLoginView(outcome.type, again, back);
  }
}

/**
 * Goes to the client with its answer. Browsers keep pages, and show them again as they were when
 * somebody goes back: then this one asks, and does nothing by itself. Settles when another code is
 * wanted.
 */
async function leave(way: AuthorizationResponse): Promise<void> {
  const client = page && "client_name" in page ? page.client_name : location.host;
  const open = leadsToApp(way) ? () => location.assign(way.redirect_to) : undefined;
  stage.show(leavingView(client, open));
  returnToClient(way);
  await new Promise<void>((resolve) => {
    const restored = ({ persisted }: PageTransitionEvent) => {
      if (!persisted) return;
      const anew = () => {
        removeEventListener("pageshow", restored);
        stage.showSoon(startingView(client));
        resolve();
      };
      stage.show(returnedView(client, sentBy && anew));
    };
    addEventListener("pageshow", restored);
  });
}

function passingTrouble(outcome: Outcome): string | undefined {
  if (outcome.type !== "failed") return undefined;
  return outcome.code === "network" || outcome.code === "offline" ? outcome.code : undefined;
}

/** Ever longer pauses, cut short when the network is back or the page is looked at again. */
async function untilWorthATry(): Promise<void> {
  const woken = new AbortController();
  onResume(() => woken.abort(), woken.signal);
  await sleep(Math.min(15_000, 1000 * 2 ** spoiled), woken.signal);
  woken.abort();
}

function forcedTransport(name: string | null): TransportName | undefined {
  return name === "websocket" || name === "sse" || name === "poll" ? name : undefined;
}
