import { h } from "../ui/dom.ts";
import * as outlines from "../ui/icons.ts";
import { actions, brand, busy, button, emblem, heading, paragraph } from "../ui/components.ts";
import { PHONE } from "../ui/texts.ts";
import { resultOf } from "./result.ts";
import type { Step, Phone } from "./steps.ts";
import { navigation } from "./account/navigation.ts";
import { signedInLine } from "./sign-in/signed-in.ts";

/** Where the phone's owner begins. */
export async function homeStep(phone: Phone): Promise<Step> {
  const { stage, account } = phone;
  const again: Step = { to: "home" };
  stage.showSoon({
    name: "loading",
    title: PHONE.home.heading,
    content: [brand(), busy(PHONE.loading)],
  });
  const who = await account.whoAmI().catch((error: unknown) => resultOf(error, navigator.onLine));
  if (typeof who === "string") return { to: "end", end: who, retry: again };
  if (!who.passkeys) return { to: "end", end: "ownApp" };
  const { account: person } = who;
  if (!person) {
    return account.supported ? { to: "sign-in" } : { to: "end", end: "noPasskeys" };
  }

  const texts = PHONE.home;
  return await new Promise((resolve) => {
    stage.show({
      name: "home",
      title: texts.heading,
      content: [
        brand(),
        navigation("home"),
        h(
          "div",
          { class: "view message" },
          emblem(outlines.scan, "accent"),
          heading(texts.heading),
          paragraph(texts.text),
          actions(
            button(texts.scan, () => resolve({ to: "camera" }), { icon: outlines.camera }),
            button(texts.type, () => resolve({ to: "typing" }), { kind: "plain" }),
          ),
        ),
        signedInLine(phone, person, again, resolve),
      ],
    });
  });
}
