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
import type { ViewHost } from "../../ui/view-host.ts";
import { guardButton } from "../../ui/guarded-button.ts";
import type { ActionRunner } from "./action-runner.ts";
import type { Step } from "../steps.ts";

/** The confirmation dialog of an action that can't be undone. */
export interface Question {
  /** Name of the view. */
  name: string;
  heading: string;
  text: string;
  /** Further content. */
  more?: HTMLElement | undefined;
  keep: string;
  confirm: string;
}

/**
 * Asks for confirmation. The button that changes nothing comes first, for keyboard users and hasty
 * taps. `act` runs on the other one.
 */
export function confirmAction(
  views: ViewHost,
  question: Question,
  { runAction, keep, act }: { runAction: ActionRunner; keep: () => void; act: () => Promise<Step> },
): void {
  const notice = noticeLine();
  const confirm = guardButton(
    button(question.confirm, () => runAction({ by: confirm, notice }, act), { kind: "decline" }),
  );
  views.render({
    name: question.name,
    title: question.heading,
    content: [
      brand(),
      h(
        "div",
        { class: "view message" },
        emblem(icons.alert, "bad"),
        heading(question.heading),
        paragraph(question.text),
        question.more,
        notice.element,
        actions(button(question.keep, keep, { kind: "plain" }), confirm),
      ),
    ],
  });
}
