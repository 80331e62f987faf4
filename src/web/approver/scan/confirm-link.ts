import * as icons from "../../ui/icons.ts";
import { brand, button, message } from "../../ui/components.ts";
import { PHONE } from "../../ui/texts.ts";
import { guardButton } from "../../ui/guarded-button.ts";
import type { Step, StepContext } from "../steps.ts";
import type { Scanned } from "../sessions.ts";

/**
 * Another site opened the link, and its owner may have started the login (RFC 8628 §3.3.1, RFC
 * 10027 §6.1.13). So the user has to confirm that they scanned the code. Nothing is sent to the
 * server before, so that the site can't learn from the session whether the user is signed in.
 */
export function confirmLinkStep(
  { views }: StepContext,
  scanned: Extract<Scanned, { by: "link" }>,
): Promise<Step> {
  const { heading, text, confirm, decline } = PHONE.confirmLink;
  return new Promise((resolve) => {
    const shown = message(
      [icons.alert, "accent"],
      heading,
      text,
      guardButton(button(confirm, () => resolve({ to: "claim", scanned }))),
      button(decline, () => resolve({ to: "result", result: "notScanned" }), { kind: "plain" }),
    );
    views.render({ name: "confirm-link", title: heading, content: [brand(), shown] });
  });
}
