import { LoginError } from "../../../sdk/login-error.ts";
import { h } from "../../ui/dom.ts";
import * as outlines from "../../ui/icons.ts";
import { brand, button, heading, noticeLine } from "../../ui/components.ts";
import { PHONE } from "../../ui/texts.ts";
import { serverNow } from "../api.ts";
import { requestTextsFor } from "./request-texts.ts";
import { askAgain } from "./poll-request.ts";
import { deadline } from "./deadline.ts";
import { ApprovalController, ended, type Decision } from "./approval-controller.ts";
import { guardButton } from "./guarded-button.ts";
import { matchPart, type MatchPart } from "./match.ts";
import type { AnsweredScan, Step, Phone } from "../steps.ts";
import { asYou, consentPart, factsPart, riskPart, warningPart } from "./request-view.ts";
import type { Request, Scan } from "../sessions.ts";

/** Milliseconds between two looks at whether something has become of it. */
const INTERVAL = 3000;
/** The same, while somebody waits for what they have typed on the screen. */
const IMPATIENT = 2000;

/** Who asks, from where, with what; and the choice, which is the person's alone. */
export async function requestStep({ stage, account }: Phone, scan: AnsweredScan): Promise<Step> {
  const { request, client } = scan;
  const texts = PHONE.request;
  const title = requestTextsFor(scan).heading(client.name);
  const who = await account.whoAmI().catch(() => undefined);
  const over = new AbortController();
  const decider = new ApprovalController(scan, account);

  return await new Promise<Step>((resolve) => {
    const blocked = request.risk.verdict === "block";
    const notice = noticeLine();
    const repeated = noticeLine();
    const decline = guardButton(
      button(texts.decline, () => void decide("denied"), { kind: "decline" }),
    );
    const agree = guardButton(
      button(texts.approve, () => void decide("approved"), {
        ...(request.step_up ? { icon: outlines.key } : {}),
      }),
    );
    const match =
      request.match && !blocked
        ? matchPart(request.match, { onChange: () => rest(), onEnter: () => agree.focus() })
        : undefined;

    /** How the buttons are while nothing is under way. */
    const rest = () => {
      decline.disabled = false;
      agree.disabled = false;
      agree.hidden = match?.done === false;
      if (match) match.go.hidden = !agree.hidden;
      decline.ariaBusy = agree.ariaBusy = "false";
    };
    const decide = async (decision: Decision) => {
      if (decline.disabled) return;
      notice.say("");
      decline.disabled = agree.disabled = true;
      (decision === "approved" ? agree : decline).ariaBusy = "true";
      const carried = await decider.carryOut(decision, match?.digits);
      rest();
      if ("notice" in carried) notice.say(carried.notice);
      else resolve(carried);
    };

    const tellRepeats = ({ repeats }: Request) => {
      if (repeats > 0) repeated.say(texts.repeated);
    };
    const follow = async () => {
      const interval = () => (isTypedThere(match) ? IMPATIENT : INTERVAL);
      for await (const heard of askAgain(scan, { interval, signal: over.signal })) {
        // What is being decided is told by the answer to that.
        if (decline.disabled) continue;
        if (heard instanceof LoginError) return resolve(ended(decider.endOf(heard)));
        const next = whatFollows(scan, heard, account);
        if (next) return resolve(next);
        match?.learn(heard.request?.match);
        tellRepeats(heard.request ?? request);
      }
    };

    const expired = () => resolve(ended("expired"));
    const timer = deadline(Date.parse(scan.expires_at), over.signal, expired);
    const language = document.documentElement.lang;
    rest();
    tellRepeats(request);
    stage.show({
      name: "request",
      title,
      content: [
        brand(),
        h(
          "div",
          { class: "view request", "data-verdict": request.risk.verdict },
          heading(title),
          h(
            "div",
            { class: "told" },
            riskPart(request, language),
            factsPart(request, { language, now: serverNow() }),
            consentPart(scan, { language, name: who?.account?.name }),
          ),
          h(
            "div",
            { class: "asked" },
            warningPart(scan),
            match?.element,
            blocked ? undefined : asYou(who?.account?.name, request),
            h(
              "div",
              { class: "choice" },
              repeated.element,
              notice.element,
              h("div", { class: "actions pair" }, decline, ...(blocked ? [] : [match?.go, agree])),
              h("p", { class: "hint" }, timer),
            ),
          ),
        ),
      ],
    });
    void follow();
  }).finally(() => over.abort());
}

/** Whether somebody is about to type on the screen what stands here. */
function isTypedThere(match: MatchPart | undefined): boolean {
  return match !== undefined && match.digits === undefined && !match.done;
}

/** Where an answer leads away from what is shown. */
function whatFollows(
  shown: AnsweredScan,
  heard: Scan,
  account: Phone["account"],
): Step | undefined {
  const { request } = heard;
  if (!request) {
    account.forget();
    return { to: "sign-in", scan: heard };
  }
  return takesTheSame(shown.request, request)
    ? undefined
    : { to: "request", scan: { ...heard, request } };
}

/** Whether an approval takes what it took. */
function takesTheSame(one: Request, other: Request): boolean {
  return (
    one.risk.verdict === other.risk.verdict &&
    one.step_up === other.step_up &&
    JSON.stringify(one.consent) === JSON.stringify(other.consent) &&
    one.match?.by === other.match?.by
  );
}
