import { h } from "../../ui/dom.ts";
import * as icons from "../../ui/icons.ts";
import {
  actions,
  brand,
  button,
  emblem,
  heading,
  noticeLine,
  paragraph,
} from "../../ui/components.ts";
import { ACCOUNT, PHONE } from "../../ui/texts.ts";
import { runWhileBusy } from "../run-while-busy.ts";
import type { SignInIntent, SignInReason, Step, StepContext } from "../steps.ts";
import { resumeIntent } from "./sign-in-intent.ts";

/** Signs in with a passkey: nobody is signed in, or the client requires another sign-in. */
export function signInStep(
  { views, account }: StepContext,
  intent: SignInIntent,
  reason?: SignInReason,
): Promise<Step> {
  const texts = PHONE.signIn;
  return new Promise((resolve) => {
    const notice = noticeLine();
    const signIn = button(texts.signIn, () => void submit(), { icon: icons.key });
    const goTo = (text: string, to: "create" | "new-phone" | "recover") =>
      button(text, () => resolve({ to, ...intent }), { kind: to === "create" ? "plain" : "link" });
    // With a reason, the account exists already.
    const others = reason
      ? [button(texts.back, () => resolve(resumeIntent(intent)), { kind: "plain" })]
      : [
          goTo(texts.create, "create"),
          goTo(ACCOUNT.newPhone.open, "new-phone"),
          goTo(ACCOUNT.recover.open, "recover"),
        ];
    const { heading: title, text } = textsFor(intent, reason);

    const submit = () =>
      runWhileBusy(signIn, notice, async () => {
        await account.signIn();
        resolve(resumeIntent(intent));
      });

    views.render({
      name: "sign-in",
      title,
      content: [
        brand(),
        h(
          "div",
          { class: "view message" },
          emblem(icons.key, "accent"),
          heading(title),
          paragraph(text),
          notice.element,
          actions(signIn, ...others),
        ),
      ],
    });
  });
}

function textsFor(
  { scan, page }: SignInIntent,
  reason: SignInReason | undefined,
): { heading: string; text: string } {
  const { heading, text, textAfterScan, wanted } = PHONE.signIn;
  if (page) return { heading, text: ACCOUNT.signInTexts[page] };
  if (!scan) return { heading, text };
  const client = scan.client.name;
  if (!reason) return { heading, text: textAfterScan(client) };
  return { heading: wanted[reason].heading, text: wanted[reason].text(client) };
}

/** Creates an account, from a name and a passkey. */
export function createStep({ views, account }: StepContext, intent: SignInIntent): Promise<Step> {
  const texts = PHONE.create;
  return new Promise((resolve) => {
    const notice = noticeLine();
    const name = h("input", {
      id: "name",
      name: "name",
      type: "text",
      autocomplete: "name",
      maxlength: "80",
      required: true,
      "aria-describedby": "name-hint",
    });
    const create = h("button", { class: "button primary" }, texts.submit);
    const back = button(texts.back, () => resolve({ to: "sign-in", ...intent }), {
      kind: "plain",
    });
    const submit = (event: Event) => {
      event.preventDefault();
      void runWhileBusy(create, notice, async () => {
        await account.create(name.value);
        resolve(resumeIntent(intent));
      });
    };

    views.render({
      name: "create",
      title: texts.heading,
      content: [
        brand(),
        h(
          "form",
          { class: "view form", submit },
          heading(texts.heading),
          paragraph(texts.text),
          h("label", { for: "name" }, texts.name),
          name,
          h("p", { id: "name-hint", class: "hint" }, texts.nameHint),
          notice.element,
          actions(create, back),
        ),
      ],
    });
  });
}
