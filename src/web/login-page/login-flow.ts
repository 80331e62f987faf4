import { h } from "../ui/dom.ts";
import type * as drawingModule from "../lazy/qr-renderer.ts";
import { SCREEN } from "../ui/texts.ts";
import { sleep } from "../../sdk/sleep.ts";
import type { AuthorizationResponse } from "../../protocol/authorization-response.ts";
import {
  Login,
  LoginFailure,
  type ShownLogin,
  type Snapshot,
  type Tokens,
  type TransportName,
} from "../../sdk/index.ts";
import type { ViewHost } from "../ui/view-host.ts";
import { typedCode } from "../ui/typed-code.ts";
import { countdown } from "./countdown.ts";
import { wayBackOf } from "./return-to-client.ts";
import { matchPart } from "./match.ts";
import type { FirstPartyLoginSession } from "./first-party-login.ts";
import type { ClientLoginSession } from "./client-login.ts";
import type { ConnectionStatus } from "./connection-status.ts";
import { pendingView, redeemingView, scannedView } from "./views.ts";

/** How an attempt to log in came to its end. */
export type Outcome =
  | { type: "logged-in"; tokens: Tokens }
  /** The client that sent the browser gets its answer. */
  | { type: "leave"; way: AuthorizationResponse }
  | { type: "denied" }
  /** What the phone shows was typed wrongly here. */
  | { type: "mistyped" }
  | { type: "expired" }
  | { type: "cancelled" }
  /** The person before the screen wants another code. */
  | { type: "start-over" }
  /** `code` is a `LoginFailure`'s, or `redeem` when it was approved in vain. */
  | { type: "failed"; code: string };

/** Whose login it is: of a client that has sent the browser, or of this page itself. */
export interface Wanted {
  own: FirstPartyLoginSession;
  sentBy: ClientLoginSession | undefined;
  transport: TransportName | undefined;
}

/** One attempt: from a fresh code to its end, whatever that is. */
export async function attempt(
  stage: ViewHost,
  smallPrint: ConnectionStatus,
  wanted: Wanted,
): Promise<Outcome> {
  const over = new AbortController();
  try {
    const login = await (wanted.sentBy ?? wanted.own).begin();
    return await follow(login, stage, smallPrint, { ...wanted, over });
  } catch (error) {
    return outcomeOf(error);
  } finally {
    over.abort();
    smallPrint.clear();
  }
}

async function follow(
  login: ShownLogin,
  stage: ViewHost,
  smallPrint: ConnectionStatus,
  { transport, over, sentBy }: Wanted & { over: AbortController },
): Promise<Outcome> {
  const { signal } = over;
  // The server has drawn the first code: its tile stays, so that nothing is empty for a moment.
  const tile = document.querySelector<HTMLElement>("#main .tile") ?? h("div", { class: "tile" });
  const drawing = later(() => import("../lazy/qr-renderer.ts"));
  void showCodes(login, tile, { drawing, signal });

  let given: Outcome | undefined;
  const giveUp = (outcome: Outcome) => {
    given = outcome;
    void login.cancel();
    over.abort();
  };
  const startOver = () => giveUp({ type: "start-over" });
  const timer = countdown(login, signal);
  const back = sentBy && {
    client: sentBy.clientName,
    go: () => giveUp({ type: "leave", way: sentBy.declined }),
  };
  const texts = { ...SCREEN.pending, typed: SCREEN.pending.typed(`${location.host}/phone`) };
  stage.show(pendingView({ tile, timer, typed: typedCode(login, texts), back }));

  /** A code was typed here, and not found to be right. */
  let typed = false;
  const say = async (code: string) => {
    typed = true;
    await login.match(code).catch((error: unknown) => {
      // That it was wrong is told by the next snapshot.
      if (error instanceof LoginFailure && error.code === "match_wrong") return;
      typed = false;
      throw error;
    });
  };

  for await (const event of login.watch({ transport, signal })) {
    if (event.type === "transport") smallPrint.transport(event.transport);
    if (event.type === "connection") smallPrint.connection(event.connected);
    if (event.type !== "snapshot") continue;
    const { status, match } = event.snapshot;
    if (status === "scanned") {
      const part = matchPart(match, say);
      typed &&= part !== undefined;
      stage.show(scannedView(startOver, part));
      part?.input?.focus();
    }
    if (status === "denied" && typed) return { type: "mistyped" };
    if (status === "denied" || status === "expired" || status === "cancelled") {
      return { type: status };
    }
    if (status === "approved") return await conclude(login, event.snapshot, stage);
  }
  // It was redeemed by nobody we know, or the watch was ended from here.
  return given ?? { type: "failed", code: "redeem" };
}

/** Approved: what is left to do is the client's, or, where the page has begun the login itself, its own. */
async function conclude(login: ShownLogin, snapshot: Snapshot, stage: ViewHost): Promise<Outcome> {
  const way = wayBackOf(snapshot);
  if (way) return { type: "leave", way };
  if (!(login instanceof Login) || snapshot.code === undefined) {
    return { type: "failed", code: "redeem" };
  }
  stage.showSoon(redeemingView());
  return await redeem(login, snapshot.code);
}

type Drawing = Pick<typeof drawingModule, "renderQr">;

/** A code is drawn when it isn't there yet. What can't draw for want of a network tries again with the next one. */
async function showCodes(
  login: ShownLogin,
  tile: HTMLElement,
  { drawing, signal }: { drawing: () => Promise<Drawing>; signal: AbortSignal },
): Promise<void> {
  for await (const link of login.codes(signal)) {
    if (tile.dataset["link"] === link) {
      // The server has drawn it. What the next one needs isn't in the way of anything in a moment.
      await sleep(1000, signal);
      void drawing().catch(() => undefined);
      continue;
    }
    const drawer = await drawing().catch(() => undefined);
    if (!drawer) continue;
    tile.dataset["link"] = link;
    tile.replaceChildren(drawer.renderQr(link, SCREEN.pending.qr));
  }
}

/** Loads something when it is first asked for, and again where that failed. */
function later<Loaded>(load: () => Promise<Loaded>): () => Promise<Loaded> {
  let loading: Promise<Loaded> | undefined;
  return () => {
    loading ??= load().catch((error: unknown) => {
      loading = undefined;
      throw error;
    });
    return loading;
  };
}

async function redeem(login: Login, code: string): Promise<Outcome> {
  try {
    return { type: "logged-in", tokens: await login.redeem(code) };
  } catch {
    return { type: "failed", code: "redeem" };
  }
}

function outcomeOf(error: unknown): Outcome {
  const code = error instanceof LoginFailure ? error.code : "other";
  // After a long sleep, nothing is known of the session any more.
  if (code === "session_not_found" || code === "session_expired") return { type: "expired" };
  if (code === "network" && !navigator.onLine) return { type: "failed", code: "offline" };
  // To whoever looks it is the same: the page keeps trying.
  return { type: "failed", code: code === "temporarily_unavailable" ? "network" : code };
}
