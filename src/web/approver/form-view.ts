import { h } from "../ui/dom.ts";
import { actions, brand, button, heading, noticeLine, paragraph } from "../ui/components.ts";
import type { View } from "../ui/view-host.ts";
import { errorMessageFor } from "./error-message.ts";
import { runWhileBusy } from "./run-while-busy.ts";

/** A form with one field. */
export interface Form {
  /** Name of the view. */
  name: string;
  texts: { heading: string; text: string };
  label: string;
  input: HTMLInputElement;
  submit: string;
  back: string;
}

export interface FormActions {
  /** Sends the value. Its error is shown in the form, where the user can try again. */
  send: (value: string) => Promise<void>;
  leave: () => void;
  messageFor?: (error: unknown) => string;
}

export function formView(
  { name, texts, label, input, submit, back }: Form,
  { send, leave, messageFor = errorMessageFor }: FormActions,
): View {
  const notice = noticeLine();
  const submitButton = h("button", { class: "button primary" }, submit);
  input.id = "value";
  const onSubmit = (event: Event) => {
    event.preventDefault();
    void runWhileBusy(submitButton, notice, () => send(input.value), messageFor);
  };
  return {
    name,
    title: texts.heading,
    content: [
      brand(),
      h(
        "form",
        { class: "view form", submit: onSubmit },
        heading(texts.heading),
        paragraph(texts.text),
        h("label", { for: input.id }, label),
        input,
        notice.element,
        actions(submitButton, button(back, leave, { kind: "plain" })),
      ),
    ],
  };
}
