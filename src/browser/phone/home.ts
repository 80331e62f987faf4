import { h } from "../dom.ts";
import * as outlines from "../outlines.ts";
import { actions, brand, busy, button, emblem, heading, paragraph } from "../parts.ts";
import { PHONE } from "../texts.ts";
import { endOf } from "./ends.ts";
import type { Next, Phone } from "./next.ts";

/** Where the phone's owner begins. */
export async function homeStep({ stage, account }: Phone): Promise<Next> {
  const again: Next = { to: "home" };
  stage.showSoon({
    name: "loading",
    title: PHONE.home.heading,
    content: [brand(), busy(PHONE.loading)],
  });
  const who = await account.whoAmI().catch((error: unknown) => endOf(error, navigator.onLine));
  if (typeof who === "string") return { to: "end", end: who, retry: again };
  if (!who.passkeys) return { to: "end", end: "ownApp" };
  const { account: person } = who;
  if (!person) {
    return account.supported ? { to: "sign-in" } : { to: "end", end: "noPasskeys" };
  }

  const texts = PHONE.home;
  return await new Promise((resolve) => {
    const signOut = () =>
      void account.signOut().then(
        () => resolve(again),
        (error: unknown) =>
          resolve({ to: "end", end: endOf(error, navigator.onLine), retry: again }),
      );
    stage.show({
      name: "home",
      title: texts.heading,
      content: [
        brand(),
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
        h(
          "p",
          { class: "signed-in" },
          h("span", {}, PHONE.signedInAs(person.name)),
          button(PHONE.signOut, signOut, { kind: "link" }),
        ),
      ],
    });
  });
}
