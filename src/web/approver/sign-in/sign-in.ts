import { h } from "../../ui/dom.ts";
import * as outlines from "../../ui/icons.ts";
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
import { resumeIntent } from "./sign-in-intent.ts";
import type { SignInIntent, Step, Phone, SignInReason } from "../steps.ts";
import { errorMessageFor } from "../error-message.ts";

/** Nobody is signed in, or not as the client wants: the passkey says who it is. */
export function signInStep(
  { stage, account }: Phone,
  errand: SignInIntent,
  wanted?: SignInReason,
): Promise<Step> {
  const texts = PHONE.signIn;
  return new Promise((resolve) => {
    const notice = noticeLine();
    const signIn = button(texts.signIn, () => void submit(), { icon: outlines.key });
    const otherwise = (text: string, to: "create" | "new-phone" | "recover") =>
      button(text, () => resolve({ to, ...errand }), { kind: to === "create" ? "plain" : "link" });
    // A new account would be none that the client knows.
    const others = wanted
      ? [button(texts.back, () => resolve(resumeIntent(errand)), { kind: "plain" })]
      : [
          otherwise(texts.create, "create"),
          otherwise(ACCOUNT.newPhone.open, "new-phone"),
          otherwise(ACCOUNT.recover.open, "recover"),
        ];
    const says = saysOf(errand, wanted);

    const submit = async () => {
      if (signIn.ariaBusy === "true") return;
      notice.say("");
      signIn.ariaBusy = "true";
      try {
        await account.signIn();
        resolve(resumeIntent(errand));
      } catch (error) {
        notice.say(errorMessageFor(error));
      } finally {
        signIn.ariaBusy = "false";
      }
    };

    stage.show({
      name: "sign-in",
      title: says.heading,
      content: [
        brand(),
        h(
          "div",
          { class: "view message" },
          emblem(outlines.key, "accent"),
          heading(says.heading),
          paragraph(says.text),
          notice.element,
          actions(signIn, ...others),
        ),
      ],
    });
  });
}

function saysOf(
  { scan, place }: SignInIntent,
  wanted: SignInReason | undefined,
): { heading: string; text: string } {
  const { heading, text, textAfterScan, wanted: asked } = PHONE.signIn;
  if (place) return { heading, text: ACCOUNT.signInTexts[place] };
  if (!scan) return { heading, text };
  const client = scan.client.name;
  if (!wanted) return { heading, text: textAfterScan(client) };
  return { heading: asked[wanted].heading, text: asked[wanted].text(client) };
}

/** Somebody is new here: a name, and a passkey. */
export function createStep({ stage, account }: Phone, errand: SignInIntent): Promise<Step> {
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
    const back = button(texts.back, () => resolve({ to: "sign-in", ...errand }), {
      kind: "plain",
    });

    const submit = async (event: Event) => {
      event.preventDefault();
      if (create.ariaBusy === "true") return;
      notice.say("");
      create.ariaBusy = "true";
      try {
        await account.create(name.value);
        resolve(resumeIntent(errand));
      } catch (error) {
        notice.say(errorMessageFor(error));
      } finally {
        create.ariaBusy = "false";
      }
    };

    stage.show({
      name: "create",
      title: texts.heading,
      content: [
        brand(),
        h(
          "form",
          { class: "view form", submit: (event) => void submit(event) },
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
