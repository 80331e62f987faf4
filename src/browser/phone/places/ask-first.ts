import { h } from "../../dom.ts";
import * as outlines from "../../outlines.ts";
import { actions, brand, button, emblem, heading, noticeLine, paragraph } from "../../parts.ts";
import type { Stage } from "../../stage.ts";
import { guardButton } from "../guarded-button.ts";
import type { Deeds } from "./deed.ts";
import type { Next } from "../next.ts";

/** What is asked before something that can't be undone. */
export interface Question {
  /** Names the state. */
  name: string;
  heading: string;
  text: string;
  /** What more there is to read. */
  more?: HTMLElement | undefined;
  keep: string;
  confirm: string;
}

/**
 * Asks once more. To keep things as they are comes first, for the keyboard and the hurried thumb;
 * `act` is what the other button does.
 */
export function askFirst(
  stage: Stage,
  question: Question,
  { deeds, keep, act }: { deeds: Deeds; keep: () => void; act: () => Promise<Next> },
): void {
  const notice = noticeLine();
  const confirm = guardButton(
    button(question.confirm, () => deeds({ by: confirm, notice }, act), { kind: "decline" }),
  );
  stage.show({
    name: question.name,
    title: question.heading,
    content: [
      brand(),
      h(
        "div",
        { class: "view message" },
        emblem(outlines.alert, "bad"),
        heading(question.heading),
        paragraph(question.text),
        question.more,
        notice.element,
        actions(button(question.keep, keep, { kind: "plain" }), confirm),
      ),
    ],
  });
}
