import { h } from "../ui/dom.ts";
import { actions, brand, button, heading, noticeLine, paragraph } from "../ui/components.ts";
import type { View } from "../ui/view-host.ts";
import { errorMessageFor } from "./error-message.ts";

/** A form of one line. */
export interface Form {
  /** Names the state. */
  name: string;
  texts: { heading: string; text: string };
  /** The words on the line, and the line itself. */
  label: string;
  input: HTMLInputElement;
  submit: string;
  back: string;
}

/**
 * Asks for one thing. `send` is busy until it settles; what it throws is said in place, so that
 * whoever typed it can try again.
 */
export function formView(
  { name, texts, label, input, submit, back }: Form,
  {
    send,
    leave,
    explain = errorMessageFor,
  }: {
    send: (value: string) => Promise<void>;
    leave: () => void;
    explain?: (error: unknown) => string;
  },
): View {
  const notice = noticeLine();
  const go = h("button", { class: "button primary" }, submit);
  input.id = "value";
  const submitted = async (event: Event) => {
    event.preventDefault();
    if (go.ariaBusy === "true") return;
    notice.say("");
    go.ariaBusy = "true";
    try {
      await send(input.value);
    } catch (error) {
      notice.say(explain(error));
    } finally {
      go.ariaBusy = "false";
    }
  };
  return {
    name,
    title: texts.heading,
    content: [
      brand(),
      h(
        "form",
        { class: "view form", submit: (event) => void submitted(event) },
        heading(texts.heading),
        paragraph(texts.text),
        h("label", { for: input.id }, label),
        input,
        notice.element,
        actions(go, button(back, leave, { kind: "plain" })),
      ),
    ],
  };
}
