import { h } from "../../ui/dom.ts";
import * as outlines from "../../ui/icons.ts";
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
import type { Step, Phone } from "../steps.ts";
import { confirmAction } from "./confirm.ts";
import { createActionRunner } from "./action-runner.ts";

const texts = ACCOUNT.deletion;

/** The end of an account: what goes is said first, then it is asked once more. */
export function deleteAccountStep(phone: Phone): Promise<Step> {
  const { stage, account } = phone;
  return new Promise((go) => {
    const keep = () => go({ to: "place", place: "history" });
    const act = async (): Promise<Step> => {
      await account.delete();
      return await goodbye(phone);
    };
    const { heading: title, text, confirm } = texts.sure;
    const ask = () =>
      confirmAction(
        stage,
        { name: "delete-account-sure", heading: title, text, keep: texts.keep, confirm },
        { deeds: createActionRunner(phone, "history", go), keep, act },
      );
    stage.show({
      name: "delete-account",
      title: texts.heading,
      content: [
        brand(),
        h(
          "div",
          { class: "view message" },
          emblem(outlines.alert, "bad"),
          heading(texts.heading),
          paragraph(texts.text),
          h("ul", { class: "goes" }, ...texts.goes.map((what) => h("li", {}, what))),
          actions(button(texts.keep, keep), button(texts.next, ask, { kind: "plain" })),
        ),
      ],
    });
  });
}

function goodbye({ stage }: Phone): Promise<Step> {
  const [title] = texts.goodbye;
  return new Promise((go) =>
    stage.show({
      name: "goodbye",
      title,
      content: [
        brand(),
        message(
          [outlines.check, "quiet"],
          ...texts.goodbye,
          button(texts.restart, () => go({ to: "create" }), { kind: "plain" }),
        ),
      ],
    }),
  );
}
