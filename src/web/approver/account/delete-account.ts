import { h } from "../../ui/dom.ts";
import * as icons from "../../ui/icons.ts";
import {
  actions,
  brand,
  button,
  emblem,
  heading,
  message,
  paragraph,
} from "../../ui/components.ts";
import { ACCOUNT } from "../../ui/texts.ts";
import type { Step, StepContext } from "../steps.ts";
import { confirmAction } from "./confirm.ts";
import { createActionRunner } from "./action-runner.ts";

const texts = ACCOUNT.deletion;

/** Deletes the account: says what is deleted, then asks for confirmation. */
export function deleteAccountStep(context: StepContext): Promise<Step> {
  const { views, account } = context;
  return new Promise((goTo) => {
    const keep = () => goTo({ to: "account-page", page: "history" });
    const act = async (): Promise<Step> => {
      await account.delete();
      return await goodbye(context);
    };
    const { heading: title, text, confirm } = texts.sure;
    const ask = () =>
      confirmAction(
        views,
        { name: "delete-account-sure", heading: title, text, keep: texts.keep, confirm },
        { runAction: createActionRunner(context, "history", goTo), keep, act },
      );
    views.render({
      name: "delete-account",
      title: texts.heading,
      content: [
        brand(),
        h(
          "div",
          { class: "view message" },
          emblem(icons.alert, "bad"),
          heading(texts.heading),
          paragraph(texts.text),
          h(
            "ul",
            { class: "consequences" },
            ...texts.consequences.map((text) => h("li", {}, text)),
          ),
          actions(button(texts.keep, keep), button(texts.next, ask, { kind: "plain" })),
        ),
      ],
    });
  });
}

function goodbye({ views }: StepContext): Promise<Step> {
  const [title] = texts.goodbye;
  return new Promise((goTo) =>
    views.render({
      name: "goodbye",
      title,
      content: [
        brand(),
        message(
          [icons.check, "quiet"],
          ...texts.goodbye,
          button(texts.restart, () => goTo({ to: "create" }), { kind: "plain" }),
        ),
      ],
    }),
  );
}
