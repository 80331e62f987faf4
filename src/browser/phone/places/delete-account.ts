import { h } from "../../dom.ts";
import * as outlines from "../../outlines.ts";
import { actions, brand, button, emblem, heading, message, paragraph } from "../../parts.ts";
import { ACCOUNT } from "../../texts.ts";
import type { Next, Phone } from "../next.ts";
import { askFirst } from "./ask-first.ts";
import { deedsAt } from "./deed.ts";

const texts = ACCOUNT.deletion;

/** The end of an account: what goes is said first, then it is asked once more. */
export function deleteAccountStep(phone: Phone): Promise<Next> {
  const { stage, account } = phone;
  return new Promise((go) => {
    const keep = () => go({ to: "place", place: "history" });
    const act = async (): Promise<Next> => {
      await account.delete();
      return await goodbye(phone);
    };
    const { heading: title, text, confirm } = texts.sure;
    const ask = () =>
      askFirst(
        stage,
        { name: "delete-account-sure", heading: title, text, keep: texts.keep, confirm },
        { deeds: deedsAt(phone, "history", go), keep, act },
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

function goodbye({ stage }: Phone): Promise<Next> {
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
