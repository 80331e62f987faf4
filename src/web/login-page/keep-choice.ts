import { fetchJson } from "../../sdk/request.ts";
import type { LoginSession } from "../../sdk/login-session.ts";
import { h } from "../ui/dom.ts";
import { SCREEN } from "../ui/texts.ts";

/** Milliseconds for which the browser waits before it returns to the client. */
const TIMEOUT = 5_000;

/**
 * The checkbox by which the person at the screen chooses whether this browser stays logged in (single sign-on). It is
 * off until somebody switches it on: the computer may be a shared one.
 */
export class KeepChoice {
  /** The server rendered it with the first code, so that it can be chosen before the script runs. */
  readonly element = document.querySelector<HTMLElement>("#main .keep") ?? checkbox();

  /** Tells the server after the approval. The login goes on even if that fails: then the browser does not stay logged in. */
  async send({ session }: LoginSession): Promise<void> {
    const keep = this.element.querySelector("input")?.checked ?? false;
    const request = {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ keep }),
    };
    const url = `${location.origin}/sessions/${session.session_id}/keep`;
    await fetchJson(url, request, { timeout: TIMEOUT }).catch(() => undefined);
  }
}

function checkbox(): HTMLElement {
  const { label, hint } = SCREEN.keep;
  const input = h("input", { type: "checkbox", "aria-describedby": "keep-hint" });
  return h(
    "div",
    { class: "keep" },
    h("label", {}, input, h("span", {}, label)),
    h("p", { class: "hint", id: "keep-hint" }, hint),
  );
}
