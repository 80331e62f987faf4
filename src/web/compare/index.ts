/** The page /compare: four screens wait for one login, each by another transport. */
import { TransportLane, WAYS } from "./transport-lane.ts";
import type { Figure } from "./metrics.ts";
import { Page } from "./page.ts";
import { RemoteClock } from "./remote-clock.ts";
import { COMPARE } from "../ui/texts.ts";
import { h } from "../ui/dom.ts";
import { countdown } from "../login-page/countdown.ts";
import { isTerminal, LoginFailure, renderQr, startLogin, type Login } from "../../sdk/index.ts";

/** The measurements that the page shows. The build defines them. */
declare const FIGURES: Figure[];

let lanes: TransportLane[] = [];
let restart: () => void = () => undefined;

const page = new Page(FIGURES, {
  cut: (way) => lanes.find((lane) => lane.way === way)?.cut(),
  cutAll: () => lanes.forEach((lane) => lane.cut()),
  restart: () => restart(),
});
for (;;) {
  const restarted = new Promise<void>((resolve) => (restart = resolve));
  await attempt(restarted);
  await restarted;
  page.starting();
}

/** One login: until all four screens have the result, or the user restarts. */
async function attempt(restarted: Promise<void>): Promise<void> {
  lanes = [];
  const over = new AbortController();
  void restarted.then(() => over.abort());
  let login: Login | undefined;
  try {
    login = await startLogin({ clientId: "compare", signal: over.signal });
    await follow(login, over.signal);
  } catch (error) {
    if (!over.signal.aborted) page.failed(codeOf(error));
  } finally {
    over.abort();
    // Nobody redeems this login, so it is cancelled unless it has ended.
    const isOver = lanes.some(({ result }) => result && isTerminal(result));
    if (!isOver) void login?.cancel();
  }
}

async function follow(login: Login, signal: AbortSignal): Promise<void> {
  const wait = {
    target: {
      issuer: location.origin,
      sessionId: login.session.session_id,
      watchToken: login.session.watch_token,
    },
    timeLeft: () => login.timeLeft,
    startedAt: performance.now(),
    signal,
    clock: new RemoteClock(),
  };
  const changed = soon(() => {
    if (!signal.aborted) page.show(lanes);
  });
  lanes = WAYS.map((way) => new TransportLane(way, wait, changed));

  const tile = h("div", { class: "tile" });
  void showCodes(login, tile, signal);
  page.pending(tile, countdown(login, signal), login.userCode);
  await Promise.all(lanes.map((lane) => lane.run()));
  if (signal.aborted) return;
  page.show(lanes);
  page.finished(lanes);
}

async function showCodes(login: Login, tile: HTMLElement, signal: AbortSignal): Promise<void> {
  for await (const link of login.codes(signal)) {
    tile.dataset["link"] = link;
    tile.replaceChildren(renderQr(link, COMPARE.qr));
  }
}

/** Renders once for all changes of one moment. */
function soon(show: () => void): () => void {
  let due = false;
  return () => {
    if (due) return;
    due = true;
    queueMicrotask(() => {
      due = false;
      show();
    });
  };
}

function codeOf(error: unknown): string {
  const code = error instanceof LoginFailure ? error.code : "other";
  return code === "network" && !navigator.onLine ? "offline" : code;
}
