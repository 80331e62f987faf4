import { typedDigits } from "../../protocol/typed-characters.ts";
import { h } from "../ui/dom.ts";
import { bigCode, noticeLine } from "../ui/components.ts";
import type { Snapshot } from "../../protocol/snapshot.ts";
import { SCREEN } from "../ui/texts.ts";

/** Number matching, by which the user shows that they see this screen (RFC 10027 §6.1.16). */
export interface MatchPart {
  /** The instruction. */
  text: string;
  /** Further text for screen readers. */
  spoken?: string;
  element: HTMLElement;
  /** The input to focus. */
  input?: HTMLElement;
}

/** `submitMatch` sends the typed code. Undefined if there is no number matching, or it is done. */
export function matchPart(
  match: Snapshot["match"],
  submitMatch: (code: string) => Promise<void>,
): MatchPart | undefined {
  const texts = SCREEN.scanned;
  if (match?.by === "phone") {
    const { digits } = match;
    return { text: texts.digits, spoken: [...digits].join(" "), element: bigCode(digits) };
  }
  if (match?.done !== false) return undefined;

  const { text, label, submit, network } = texts.code;
  const notice = noticeLine();
  const input = h("input", {
    class: "big-code",
    inputmode: "numeric",
    autocomplete: "off",
    pattern: "[0-9]{4}",
    required: true,
    "aria-label": label,
    input: () => {
      input.value = typedDigits(input.value);
    },
  });
  const submitButton = h("button", { class: "button primary" }, submit);
  const onSubmit = async (event: Event) => {
    event.preventDefault();
    if (submitButton.disabled) return;
    notice.show("");
    submitButton.disabled = true;
    try {
      await submitMatch(input.value);
    } catch {
      notice.show(network);
    }
    submitButton.disabled = false;
  };
  const form = { class: "match", submit: (event: Event) => void onSubmit(event) };
  return { text, element: h("form", form, input, notice.element, submitButton), input };
}
