/** The screen: shows a code, waits for the phone, and is logged in. */
import { pause } from "./client/pause.ts";
import { onWake } from "./client/wake.ts";
import type { TransportName } from "./sdk.ts";
import { attempt, type Outcome } from "./screen/attempt.ts";
import { SmallPrint } from "./screen/small-print.ts";
import {
  cancelledView,
  deniedView,
  expiredView,
  failedView,
  loggedInView,
  startingView,
} from "./screen/views.ts";
import { Stage, type View } from "./stage.ts";

const clientId = document.documentElement.dataset["clientId"] ?? "screen";
const transport = forcedTransport(new URLSearchParams(location.search).get("transport"));
const stage = new Stage({ movesFocus: false });
const smallPrint = new SmallPrint();

/** The attempts in a row that a bad connection spoiled. */
let spoiled = 0;
/** The trouble that is being told of: it is said once, and then tried quietly. */
let told: string | undefined;
let again: () => void = () => undefined;

/** The one button of an ending: another attempt. */
function tapped(): void {
  told = undefined;
  stage.showSoon(startingView());
  again();
}

stage.showSoon(startingView());
for (;;) {
  const outcome = await attempt(stage, smallPrint, { clientId, transport });
  if (outcome.type === "start-over") {
    stage.showSoon(startingView());
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

function viewOf(outcome: Exclude<Outcome, { type: "start-over" }>, again: () => void): View {
  switch (outcome.type) {
    case "logged-in":
      // The tokens live in this page alone: to forget them is to log out.
      return loggedInView(outcome.tokens.claims?.name, again);
    case "denied":
      return deniedView(again);
    case "expired":
      return expiredView(again);
    case "cancelled":
      return cancelledView(again);
    case "failed":
      return failedView(outcome.code, again);
  }
}

function passingTrouble(outcome: Outcome): string | undefined {
  if (outcome.type !== "failed") return undefined;
  return outcome.code === "network" || outcome.code === "offline" ? outcome.code : undefined;
}

/** Ever longer pauses, cut short when the network is back or the page is looked at again. */
async function untilWorthATry(): Promise<void> {
  const woken = new AbortController();
  onWake(() => woken.abort(), woken.signal);
  await pause(Math.min(15_000, 1000 * 2 ** spoiled), woken.signal);
  woken.abort();
}

function forcedTransport(name: string | null): TransportName | undefined {
  return name === "websocket" || name === "sse" || name === "poll" ? name : undefined;
}
