import * as icons from "../../ui/icons.ts";
import { brand, button, message } from "../../ui/components.ts";
import { PHONE } from "../../ui/texts.ts";
import { guardButton } from "../../ui/guarded-button.ts";
import type { Step, StepContext } from "../steps.ts";

/**
 * This browser displays the code itself, so the login is no cross-device one and nothing is scanned
 * (RFC 10027 §5). The user can log in here with the passkey.
 */
export function sameDeviceStep({ views }: StepContext, sessionId: string): Promise<Step> {
  const { heading, text, logIn } = PHONE.sameDevice;
  return new Promise((resolve) => {
    const here: Step = { to: "claim", scanned: { by: "same_device", sessionId } };
    const shown = message(
      [icons.screen, "accent"],
      heading,
      text,
      guardButton(button(logIn, () => resolve(here), { icon: icons.key })),
      button(PHONE.scanAnother, () => resolve({ to: "camera" }), { kind: "plain" }),
    );
    views.render({ name: "same-device", title: heading, content: [brand(), shown] });
  });
}
