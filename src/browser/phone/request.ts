import { LoginFailure } from "../client/failure.ts";
import { h } from "../dom.ts";
import { icon } from "../icon.ts";
import * as outlines from "../outlines.ts";
import { brand, button, heading, noticeLine } from "../parts.ts";
import { PHONE } from "../texts.ts";
import { approve, deny, serverNow } from "./api.ts";
import { describeRequest } from "./describe.ts";
import { askedBy, PHONE_CLIENT_ID } from "./asked.ts";
import { endOf } from "./ends.ts";
import { forgetScan } from "./kept-scan.ts";
import type { AnsweredScan, Next, Phone } from "./next.ts";

/** Who asks, from where, with what; and the choice, which is the person's alone. */
export async function requestStep({ stage, account }: Phone, scan: AnsweredScan): Promise<Next> {
  const texts = PHONE.request;
  const asked = askedBy(scan);
  const who = await account.whoAmI().catch(() => undefined);
  const over = new AbortController();

  return await new Promise<Next>((resolve) => {
    const notice = noticeLine();
    const decline = button(texts.decline, () => void decide("denied"), { kind: "decline" });
    const agree = button(texts.approve, () => void decide("approved"));

    /** An answer was lost, so the decision may have been taken without our knowing. */
    let uncertain = false;
    const decide = async (decision: "approved" | "denied") => {
      if (decline.disabled) return;
      notice.say("");
      decline.disabled = agree.disabled = true;
      (decision === "approved" ? agree : decline).ariaBusy = "true";
      try {
        const act = decision === "approved" ? approve : deny;
        await act(scan.session_id, scan.scan_token);
        const isPhone = scan.client.client_id === PHONE_CLIENT_ID;
        resolve(end(decision === "approved" && isPhone ? "phoneAdded" : decision));
      } catch (error) {
        const code = error instanceof LoginFailure ? error.code : "other";
        if (code === "network") {
          uncertain = true;
          notice.say(PHONE.notices.network);
        } else if (code === "too_many_requests") {
          notice.say(PHONE.notices.tooManyRequests);
        } else if (code === "sign_in_required") {
          account.forget();
          resolve({ to: "sign-in", scan });
        } else if (code === "sign_in_again" || code === "wrong_account") {
          const wanted = code === "sign_in_again" ? "again" : "another";
          resolve({ to: "sign-in", scan, wanted });
        } else {
          const wasOurs = uncertain && code === `already_${decision}`;
          resolve(end(wasOurs ? decision : endOf(error, navigator.onLine)));
        }
      } finally {
        decline.disabled = agree.disabled = false;
        decline.ariaBusy = agree.ariaBusy = "false";
      }
    };

    const end = (how: Extract<Next, { to: "end" }>["end"]): Next => {
      forgetScan();
      return { to: "end", end: how };
    };
    const timer = deadline(Date.parse(scan.expires_at), over.signal, () => resolve(end("expired")));

    const language = document.documentElement.lang;
    const facts = describeRequest(scan.request, { language, now: serverNow() }).flatMap(
      ([label, value]) => [h("dt", {}, label), h("dd", {}, value)],
    );
    const name = who?.account?.name;
    stage.show({
      name: "request",
      title: asked.heading(scan.client.name),
      content: [
        brand(),
        h(
          "div",
          { class: "view request" },
          heading(asked.heading(scan.client.name)),
          h("dl", { class: "facts" }, ...facts),
          h(
            "div",
            { class: "warning" },
            icon(outlines.alert),
            h("p", {}, h("strong", {}, asked.warning), ` ${asked.warningDetail}`),
          ),
          h(
            "div",
            { class: "choice" },
            notice.element,
            h("div", { class: "actions pair" }, decline, agree),
            h("p", { class: "hint" }, name === undefined ? "" : `${texts.asYou(name)} `, timer),
          ),
        ),
      ],
    });
  }).finally(() => over.abort());
}

/** How long there is to decide; calls back when the time is over. */
function deadline(expiresAt: number, signal: AbortSignal, onEnd: () => void): HTMLElement {
  const timer = h("span", { role: "timer" });
  const tick = () => {
    const seconds = Math.max(0, Math.ceil((expiresAt - serverNow()) / 1000));
    const time = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
    timer.textContent = PHONE.request.expires(time);
    if (seconds === 0) onEnd();
  };
  const ticking = setInterval(tick, 1000);
  signal.addEventListener("abort", () => clearInterval(ticking));
  tick();
  return timer;
}
