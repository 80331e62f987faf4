import { h } from "../ui/dom.ts";
import type * as qrRenderer from "./qr-renderer.ts";
import { SCREEN } from "../ui/texts.ts";
import { sleep } from "../../sdk/sleep.ts";
import type { AuthorizationResponse } from "../../protocol/authorization-response.ts";
import type { Snapshot } from "../../protocol/snapshot.ts";
import { LoginError } from "../../sdk/login-error.ts";
import type { LoginSession } from "../../sdk/login-session.ts";
import { Login } from "../../sdk/start-login.ts";
import type { Tokens } from "../../sdk/tokens.ts";
import type { TransportName } from "../../sdk/watch/transport-fallback.ts";
import type { ViewHost } from "../ui/view-host.ts";
import { typedCode } from "../ui/typed-code.ts";
import { countdown } from "./countdown.ts";
import { authorizationResponseOf } from "./return-to-client.ts";
import { matchPart } from "./match.ts";
import type { FirstPartyLoginSession } from "./first-party-login.ts";
import type { ClientLoginSession } from "./client-login.ts";
import type { ConnectionStatus } from "./connection-status.ts";
import { pendingView, redeemingView, scannedView } from "./views.ts";

/** How one login session ended. */
export type Outcome =
  | { type: "logged-in"; tokens: Tokens }
  /** The browser returns to the client. */
  | { type: "leave"; response: AuthorizationResponse }
  | { type: "denied" }
  /** The user typed another code here than the phone displays. */
  | { type: "mistyped" }
  | { type: "expired" }
  | { type: "cancelled" }
  /** The user asked for a new code. */
  | { type: "start-over" }
  /** `code` is that of a `LoginError`, or `redeem` if the login was approved but not completed. */
  | { type: "failed"; code: string };

export interface LoginSources {
  firstParty: FirstPartyLoginSession;
  /** The client that sent the browser here, if one did. */
  client: ClientLoginSession | undefined;
  transport: TransportName | undefined;
}

/** Runs one login session, from its code to its end. */
export async function runLogin(
  views: ViewHost,
  connectionStatus: ConnectionStatus,
  sources: LoginSources,
): Promise<Outcome> {
  const over = new AbortController();
  try {
    const login = await (sources.client ?? sources.firstParty).begin();
    return await follow(login, views, connectionStatus, { ...sources, over });
  } catch (error) {
    return outcomeOf(error);
  } finally {
    over.abort();
    connectionStatus.clear();
  }
}

async function follow(
  login: LoginSession,
  views: ViewHost,
  connectionStatus: ConnectionStatus,
  { transport, over, client }: LoginSources & { over: AbortController },
): Promise<Outcome> {
  const { signal } = over;
  // The server rendered the first code. Its tile is kept, so that the code doesn't flicker.
  const tile = document.querySelector<HTMLElement>("#main .tile") ?? h("div", { class: "tile" });
  void renderCodes(login, tile, signal);

  let userOutcome: Outcome | undefined;
  const endWith = (outcome: Outcome) => {
    userOutcome = outcome;
    void login.cancel();
    over.abort();
  };
  const startOver = () => endWith({ type: "start-over" });
  const timer = countdown(login, signal);
  const back = client && {
    client: client.clientName,
    go: () => endWith({ type: "leave", response: client.declined }),
  };
  const texts = { ...SCREEN.pending, typed: SCREEN.pending.typed(`${location.host}/phone`) };
  const keep = client?.keepChoice;
  views.render(
    pendingView({ tile, timer, keep: keep?.element, typed: typedCode(login, texts), back }),
  );

  /** A code was typed here, and the server hasn't confirmed it: then a denial means that it was wrong. */
  let unconfirmedMatch = false;
  const submitMatch = async (code: string) => {
    unconfirmedMatch = true;
    await login.match(code).catch((error: unknown) => {
      // The next snapshot ends the login.
      if (error instanceof LoginError && error.code === "match_wrong") return;
      unconfirmedMatch = false;
      throw error;
    });
  };

  for await (const event of login.watch({ transport, signal })) {
    if (event.type === "transport") connectionStatus.transport(event.transport);
    if (event.type === "connection") connectionStatus.connection(event.connected);
    if (event.type !== "snapshot") continue;
    const { status, match } = event.snapshot;
    if (status === "scanned") {
      const part = matchPart(match, submitMatch);
      unconfirmedMatch &&= part !== undefined;
      views.render(scannedView(startOver, part));
      part?.input?.focus();
    }
    if (status === "denied" && unconfirmedMatch) return { type: "mistyped" };
    if (status === "denied" || status === "expired" || status === "cancelled") {
      return { type: status };
    }
    if (status === "approved") {
      await keep?.send(login);
      return await complete(login, event.snapshot, views);
    }
  }
  // The watch was ended here, or the login was redeemed elsewhere.
  return userOutcome ?? { type: "failed", code: "redeem" };
}

/** After the approval: the client redeems its code; the page redeems its own. */
async function complete(
  login: LoginSession,
  snapshot: Snapshot,
  views: ViewHost,
): Promise<Outcome> {
  const response = authorizationResponseOf(snapshot);
  if (response) return { type: "leave", response };
  if (!(login instanceof Login) || snapshot.code === undefined) {
    return { type: "failed", code: "redeem" };
  }
  views.renderDelayed(redeemingView());
  try {
    return { type: "logged-in", tokens: await login.redeem(snapshot.code) };
  } catch {
    return { type: "failed", code: "redeem" };
  }
}

/** Renders each code, except the one that the server rendered. */
async function renderCodes(
  login: LoginSession,
  tile: HTMLElement,
  signal: AbortSignal,
): Promise<void> {
  let loading: Promise<typeof qrRenderer | undefined> | undefined;
  /** Undefined if the file could not be loaded: the next code tries again. */
  const loadRenderer = () => {
    loading ??= import("./qr-renderer.ts").catch(() => (loading = undefined));
    return loading;
  };
  for await (const link of login.codes(signal)) {
    if (tile.dataset["link"] === link) {
      // The renderer isn't needed before the next code, so the page's first requests go first.
      await sleep(1000, signal);
      void loadRenderer();
      continue;
    }
    const renderer = await loadRenderer();
    if (!renderer) continue;
    tile.dataset["link"] = link;
    tile.replaceChildren(renderer.renderQr(link, SCREEN.pending.qr));
  }
}

function outcomeOf(error: unknown): Outcome {
  const code = error instanceof LoginError ? error.code : "other";
  // The page slept for so long that the server has deleted the session.
  if (code === "session_not_found" || code === "session_expired") return { type: "expired" };
  if (code === "network" && !navigator.onLine) return { type: "failed", code: "offline" };
  // Displayed like a network failure, since the page retries in both cases.
  return { type: "failed", code: code === "temporarily_unavailable" ? "network" : code };
}
