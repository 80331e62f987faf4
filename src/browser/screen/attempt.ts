import { h } from "../dom.ts";
import { SCREEN } from "../texts.ts";
import {
  LoginFailure,
  renderQr,
  startLogin,
  type Login,
  type Tokens,
  type TransportName,
} from "../sdk.ts";
import type { Stage } from "../stage.ts";
import { countdown } from "./countdown.ts";
import type { SmallPrint } from "./small-print.ts";
import { pendingView, redeemingView, scannedView } from "./views.ts";

/** How an attempt to log in came to its end. */
export type Outcome =
  | { type: "logged-in"; tokens: Tokens }
  | { type: "denied" }
  | { type: "expired" }
  | { type: "cancelled" }
  /** The person before the screen wants another code. */
  | { type: "start-over" }
  /** `code` is a `LoginFailure`'s, or `redeem` when it was approved in vain. */
  | { type: "failed"; code: string };

/** One attempt: from a fresh code to its end, whatever that is. */
export async function attempt(
  stage: Stage,
  smallPrint: SmallPrint,
  { clientId, transport }: { clientId: string; transport: TransportName | undefined },
): Promise<Outcome> {
  const over = new AbortController();
  try {
    const login = await startLogin({ clientId, scope: "openid profile" });
    return await follow(login, stage, smallPrint, { transport, over });
  } catch (error) {
    return outcomeOf(error);
  } finally {
    over.abort();
    smallPrint.clear();
  }
}

async function follow(
  login: Login,
  stage: Stage,
  smallPrint: SmallPrint,
  { transport, over }: { transport: TransportName | undefined; over: AbortController },
): Promise<Outcome> {
  const { signal } = over;
  const tile = h("div", { class: "tile" });
  void showCodes(login, tile, signal);
  stage.show(pendingView({ tile, timer: countdown(login, signal), userCode: login.userCode }));

  let startedOver = false;
  const startOver = () => {
    startedOver = true;
    void login.cancel();
    over.abort();
  };
  for await (const event of login.watch({ transport, signal })) {
    if (event.type === "transport") smallPrint.transport(event.transport);
    if (event.type === "connection") smallPrint.connection(event.connected);
    if (event.type !== "snapshot") continue;
    const { status, code } = event.snapshot;
    if (status === "scanned") stage.show(scannedView(startOver));
    if (status === "denied" || status === "expired" || status === "cancelled") {
      return { type: status };
    }
    if (status === "approved" && code !== undefined) {
      stage.showSoon(redeemingView());
      return await redeem(login, code);
    }
  }
  // It was redeemed by nobody we know, or the watch was ended from here.
  return startedOver ? { type: "start-over" } : { type: "failed", code: "redeem" };
}

async function showCodes(login: Login, tile: HTMLElement, signal: AbortSignal): Promise<void> {
  for await (const link of login.codes(signal)) {
    tile.dataset["link"] = link;
    tile.replaceChildren(renderQr(link, SCREEN.pending.qr));
  }
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
  return { type: "failed", code: code === "network" && !navigator.onLine ? "offline" : code };
}
