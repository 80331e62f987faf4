import { typedDigits } from "../../../protocol/typed-characters.ts";
import { h } from "../../ui/dom.ts";
import { bigCode, button } from "../../ui/components.ts";
import { PHONE } from "../../ui/texts.ts";
import type { Match } from "../sessions.ts";

/** What has to be typed before somebody may approve: here, or on the screen (RFC 10027 §6.1.16). */
export interface MatchPart {
  element: HTMLElement;
  /** Leads there, for as long as it is not done. */
  goButton: HTMLButtonElement;
  /** Whether it has been typed. */
  readonly done: boolean;
  /** What was typed here. */
  readonly digits?: string;
  /** The server knows more of it than before. */
  update(match: Match | undefined): void;
}

/** `onChange`: it may have been done, or undone. `onEnter`: whoever types here wants to go on. */
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
      // The same keystroke would press the button that has the focus then.
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
