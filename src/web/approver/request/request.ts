import { h } from "../../ui/dom.ts";
import * as icons from "../../ui/icons.ts";
import { brand, button, heading, noticeLine } from "../../ui/components.ts";
import { countDown } from "../../ui/countdown.ts";
import { guardButton } from "../../ui/guarded-button.ts";
import { PHONE } from "../../ui/texts.ts";
import { serverNow } from "../api.ts";
import type { ApprovalRequest } from "../../../protocol/approval-request.ts";
import type { AnsweredScan, Step, StepContext } from "../steps.ts";
import { ApprovalController, finalStep, type Decision } from "./approval-controller.ts";
import { matchPart, type MatchPart } from "./match.ts";
import { pollRequest } from "./poll-request.ts";
import { requestTextsFor } from "./request-texts.ts";
import { approvalHint, consentPart, factsPart, riskPart, warningPart } from "./request-view.ts";

/** Milliseconds between two polls. */
const INTERVAL = 3000;
/** The same while the user types the phone's code on the screen. */
const MATCH_INTERVAL = 2000;

/** Shows who requests a login, and lets the user approve or deny it. */
export async function requestStep(
  { views, account }: StepContext,
  scan: AnsweredScan,
): Promise<Step> {
  const { request, client } = scan;
  const texts = PHONE.request;
  const title = requestTextsFor(scan).heading(client.name);
  const name = (await account.whoAmI().catch(() => undefined))?.account?.name;
  const over = new AbortController();
  const controller = new ApprovalController(scan, account);

  return await new Promise<Step>((resolve) => {
    const blocked = request.risk.verdict === "block";
    const notice = noticeLine();
    const rescanned = noticeLine();
    const denyButton = guardButton(
      button(texts.decline, () => void decide("denied"), { kind: "decline" }),
    );
    const approveButton = guardButton(
      button(texts.approve, () => void decide("approved"), {
        ...(request.step_up ? { icon: icons.key } : {}),
      }),
    );
    const match =
      request.match && !blocked
        ? matchPart(request.match, {
            onChange: () => enableButtons(),
            onEnter: () => approveButton.focus(),
          })
        : undefined;

    const enableButtons = () => {
      denyButton.disabled = false;
      approveButton.disabled = false;
      approveButton.hidden = match?.done === false;
      if (match) match.goButton.hidden = !approveButton.hidden;
      denyButton.ariaBusy = approveButton.ariaBusy = "false";
    };
    const decide = async (decision: Decision) => {
      if (denyButton.disabled) return;
      notice.show("");
      denyButton.disabled = approveButton.disabled = true;
      (decision === "approved" ? approveButton : denyButton).ariaBusy = "true";
      const outcome = await controller.decide(decision, match?.digits);
      enableButtons();
      if ("notice" in outcome) notice.show(outcome.notice);
      else resolve(outcome);
    };
    const update = (current: ApprovalRequest) => {
      match?.update(current.match);
      if (current.repeats > 0) rescanned.show(texts.repeated);
    };

    const timer = h("span", { role: "timer" });
    const expiresAt = Date.parse(scan.expires_at);
    countDown(
      () => expiresAt - serverNow(),
      over.signal,
      (seconds, time) => {
        timer.textContent = texts.expires(time);
        if (seconds === 0) resolve(finalStep("expired"));
      },
    );
    const language = document.documentElement.lang;
    enableButtons();
    update(request);
    views.render({
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
            { class: "details" },
            riskPart(request, language),
            factsPart(request, { language, now: serverNow() }),
            consentPart(scan, { language, name }),
          ),
          h(
            "div",
            { class: "decision" },
            warningPart(scan),
            match?.element,
            blocked ? undefined : approvalHint(name, request),
            h(
              "div",
              { class: "choice" },
              rescanned.element,
              notice.element,
              h(
                "div",
                { class: "actions pair" },
                denyButton,
                ...(blocked ? [] : [match?.goButton, approveButton]),
              ),
              h("p", { class: "hint" }, timer),
            ),
          ),
        ),
      ],
    });
    const follow = async () => {
      const next = await pollRequest(scan, {
        account,
        controller,
        interval: () => (isTypedOnScreen(match) ? MATCH_INTERVAL : INTERVAL),
        signal: over.signal,
        isDeciding: () => denyButton.disabled,
        onUpdate: update,
      });
      if (next) resolve(next);
    };
    void follow();
  }).finally(() => over.abort());
}

function isTypedOnScreen(match: MatchPart | undefined): boolean {
  return match !== undefined && match.digits === undefined && !match.done;
}
