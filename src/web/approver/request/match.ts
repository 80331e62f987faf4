import { typedDigits } from "../../../protocol/typed-characters.ts";
import { h } from "../../ui/dom.ts";
import { bigCode, button } from "../../ui/components.ts";
import { PHONE } from "../../ui/texts.ts";
import type { ApprovalRequest } from "../../../protocol/approval-request.ts";

type Match = NonNullable<ApprovalRequest["match"]>;

/**
 * Number matching: what has to be typed before an approval, on the phone or on the screen (RFC
 * 10027 §6.1.16).
 */
export interface MatchPart {
  element: HTMLElement;
  /** Leads to the element while the match isn't done. */
  goButton: HTMLButtonElement;
  /** Whether the digits have been typed. */
  readonly done: boolean;
  /** The digits that were typed here. */
  readonly digits?: string;
  /** Takes over the server's state. */
  update(match: Match | undefined): void;
}

/** `onChange`: `done` may have changed. `onEnter`: the user pressed Enter in the field. */
export function matchPart(
  match: Match,
  listeners: { onChange: () => void; onEnter: () => void },
): MatchPart {
  return match.by === "phone" ? digitsField(listeners) : displayedCode(match, listeners.onChange);
}

const DIGITS = 2;

function digitsField({
  onChange,
  onEnter,
}: {
  onChange: () => void;
  onEnter: () => void;
}): MatchPart {
  const { go, label, hint } = PHONE.match.digits;
  const input = h("input", {
    id: "digits",
    name: "digits",
    type: "text",
    inputmode: "numeric",
    autocomplete: "off",
    maxlength: String(DIGITS),
    class: "big-code",
    "aria-describedby": "digits-hint",
    enterkeyhint: "done",
    input: () => {
      input.value = typedDigits(input.value).slice(0, DIGITS);
      onChange();
    },
    keydown: (event) => {
      if (!(event instanceof KeyboardEvent && event.key === "Enter")) return;
      // Otherwise the same key press would click the button that gets the focus.
      event.preventDefault();
      onEnter();
    },
  });
  return {
    element: h(
      "div",
      { class: "match" },
      h("label", { for: "digits" }, label),
      input,
      h("p", { id: "digits-hint", class: "hint" }, hint),
    ),
    goButton: button(go, () => input.focus(), { kind: "plain" }),
    get done() {
      return input.value.length === DIGITS;
    },
    get digits() {
      return input.value;
    },
    update: () => undefined,
  };
}

function displayedCode(match: Match & { by: "screen" }, onChange: () => void): MatchPart {
  const { go, label, hint, done: typedText } = PHONE.match.code;
  let { done } = match;
  const code = bigCode(match.code);
  const status = h("p", { class: "hint", role: "status" }, done ? typedText : hint);
  const element = h("div", { class: "match" }, h("p", { class: "label" }, label), code, status);
  return {
    element,
    goButton: button(go, () => element.scrollIntoView({ block: "end" }), { kind: "plain" }),
    get done() {
      return done;
    },
    update(match) {
      if (done || match?.by !== "screen" || !match.done) return;
      done = true;
      status.textContent = typedText;
      onChange();
    },
  };
}
