import * as icons from "../../ui/icons.ts";
import { brand, button, message } from "../../ui/components.ts";
import { PHONE } from "../../ui/texts.ts";
import { guardButton } from "../../ui/guarded-button.ts";
import type { Step, StepContext } from "../steps.ts";
import type { Scanned } from "../sessions.ts";

/**
 * Another site opened a link of ours. That is no scan: whoever runs the site may have begun the login
 * (RFC 8628 §3.3.1, RFC 10027 §6.1.13). Nothing is sent to the server before the person says that they
 * scanned the code, so the site doesn't learn from the session whether they are signed in, either.
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
