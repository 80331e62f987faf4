/** The login page: displays a code until a phone approves, then logs in or returns to the client. */
import type { AuthorizationResponse } from "../../protocol/authorization-response.ts";
import { sleep } from "../../sdk/sleep.ts";
import { onResume } from "../../sdk/watch/on-resume.ts";
import type { TransportName } from "../../sdk/watch/transport-fallback.ts";
import { ViewHost, type View } from "../ui/view-host.ts";
import { ClientLoginSession } from "./client-login.ts";
import { ConnectionStatus } from "./connection-status.ts";
import { FirstPartyLoginSession } from "./first-party-login.ts";
import { runLogin, type Outcome } from "./login-flow.ts";
import { readLoginPage } from "./read-page.ts";
import { leadsToApp, returnToClient } from "./return-to-client.ts";
import {
  failedLoginView,
  failedView,
  leavingView,
  loggedInView,
  returnedView,
  startingView,
} from "./views.ts";

const transport = forcedTransport(new URLSearchParams(location.search).get("transport"));
const views = new ViewHost({ movesFocus: false });
const connectionStatus = new ConnectionStatus();
const page = readLoginPage();
const client = page && "declined" in page ? new ClientLoginSession(page) : undefined;
const firstParty = new FirstPartyLoginSession(page && "own" in page ? page : undefined);

/** Attempts in a row that failed because of the network. */
let networkFailures = 0;
/** The network failure that is displayed: while the page retries, the same one isn't rendered again. */
let displayedFailure: string | undefined;
let startAgain: () => void = () => undefined;

/** The user pressed the button for another attempt. */
function retry(): void {
  displayedFailure = undefined;
  views.renderDelayed(startingView(client?.clientName));
  startAgain();
}

if (page && "answer" in page) await leave(page.answer);
// A session that came with the page has its code displayed already.
if (!page || !("session" in page)) views.renderDelayed(startingView(client?.clientName));
for (;;) {
  const outcome = await runLogin(views, connectionStatus, { firstParty, client, transport });
  if (outcome.type === "start-over") {
    views.renderDelayed(startingView(client?.clientName));
    continue;
  }
  if (outcome.type === "leave") {
    await leave(outcome.response);
    continue;
  }
  const failure = networkFailureOf(outcome);
  networkFailures = failure === undefined ? 0 : networkFailures + 1;
  if (failure === undefined || failure !== displayedFailure) views.render(viewOf(outcome));
  displayedFailure = failure;
  await new Promise<void>((resolve) => {
    startAgain = resolve;
    if (failure !== undefined) void retryDelay().then(resolve);
  });
}

function viewOf(outcome: Exclude<Outcome, { type: "start-over" | "leave" }>): View {
  const back = client && {
    client: client.clientName,
    go: () => void leave(client.declined).then(retry),
  };
  switch (outcome.type) {
    case "logged-in":
      // The tokens exist only in this page, so logging out means starting over.
      return loggedInView(outcome.tokens.claims?.name, retry);
    case "failed":
      return failedView(outcome.code, retry, back);
    default:
      return failedLoginView(outcome.type, retry, back);
  }
}

/**
 * Returns to the client. If the user comes back to this page from the browser's back/forward cache, it
 * displays that the login is over, and does nothing by itself. Resolves when the user wants a new code.
 */
async function leave(response: AuthorizationResponse): Promise<void> {
  const name = page && "client_name" in page ? page.client_name : location.host;
  const openApp = leadsToApp(response) ? () => location.assign(response.redirect_to) : undefined;
  views.render(leavingView(name, openApp));
  returnToClient(response);
  await new Promise<void>((resolve) => {
    const onPageShow = ({ persisted }: PageTransitionEvent) => {
      if (!persisted) return;
      const startOver = () => {
        removeEventListener("pageshow", onPageShow);
        views.renderDelayed(startingView(name));
        resolve();
      };
      views.render(returnedView(name, client && startOver));
    };
    addEventListener("pageshow", onPageShow);
  });
}

function networkFailureOf(outcome: Outcome): string | undefined {
  if (outcome.type !== "failed") return undefined;
  return outcome.code === "network" || outcome.code === "offline" ? outcome.code : undefined;
}

/** Doubles with each failure, and ends early if the network or the page is back. */
async function retryDelay(): Promise<void> {
  const resumed = new AbortController();
  onResume(() => resumed.abort(), resumed.signal);
  await sleep(Math.min(15_000, 1000 * 2 ** networkFailures), resumed.signal);
  resumed.abort();
}

function forcedTransport(name: string | null): TransportName | undefined {
  return name === "websocket" || name === "sse" || name === "poll" ? name : undefined;
}
