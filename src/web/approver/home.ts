import { h } from "../ui/dom.ts";
import * as icons from "../ui/icons.ts";
import { actions, brand, busy, button, emblem, heading, paragraph } from "../ui/components.ts";
import { PHONE } from "../ui/texts.ts";
import { resultOf } from "./result.ts";
import type { Step, StepContext } from "./steps.ts";
import { navigation } from "./account/navigation.ts";
import { signedInLine } from "./sign-in/signed-in.ts";

/** The start page of a signed-in phone. Others are sent to the sign-in. */
export async function homeStep(context: StepContext): Promise<Step> {
  const { views, account } = context;
  const retry: Step = { to: "home" };
  views.renderDelayed({
    name: "loading",
    title: PHONE.home.heading,
    content: [brand(), busy(PHONE.loading)],
  });
  const state = await account.whoAmI().catch((error: unknown) => resultOf(error, navigator.onLine));
  if (typeof state === "string") return { to: "result", result: state, retry };
  if (!state.passkeys) return { to: "result", result: "ownApp" };
  const { account: user } = state;
  if (!user) {
    return account.supported ? { to: "sign-in" } : { to: "result", result: "noPasskeys" };
  }

  const texts = PHONE.home;
  return await new Promise((resolve) => {
    views.render({
      name: "home",
      title: texts.heading,
      content: [
        brand(),
        navigation("home"),
        h(
          "div",
          { class: "view message" },
          emblem(icons.scan, "accent"),
          heading(texts.heading),
          paragraph(texts.text),
          actions(
            button(texts.scan, () => resolve({ to: "camera" }), { icon: icons.camera }),
            button(texts.type, () => resolve({ to: "typing" }), { kind: "plain" }),
          ),
        ),
        signedInLine(context, user, retry, resolve),
      ],
    });
  });
}
