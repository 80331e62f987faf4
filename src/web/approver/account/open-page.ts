import { defined } from "../../../lib/defined.ts";
import { h } from "../../ui/dom.ts";
import { brand, busy, heading, paragraph } from "../../ui/components.ts";
import { PHONE } from "../../ui/texts.ts";
import { LoginError } from "../../../sdk/login-error.ts";
import type { Person } from "../sign-in/account.ts";
import { serverNow } from "../api.ts";
import { resultOf } from "../result.ts";
import type { Clock } from "../format-time.ts";
import type { Step, Phone } from "../steps.ts";
import { signedInLine } from "../sign-in/signed-in.ts";
import { createActionRunner, type ActionRunner } from "./action-runner.ts";
import { navigation } from "./navigation.ts";
import type { AccountPage } from "./account-page.ts";

/** What a place is made with. */
export interface PageContext<Content> {
  content: Content;
  person: Person;
  clock: Clock;
  deeds: ActionRunner;
  /** Leaves for the next step. */
  go: (next: Step) => void;
}

/** What stands at a place, and under which words. */
export interface Shown {
  texts: { heading: string; text: string };
  parts: (HTMLElement | undefined)[];
}

/**
 * A place of the account: whoever isn't signed in signs in first, what there is to see is fetched, and
 * what can't be had now can be tried again. `said` is what has just been done there.
 */
export async function openPage<Content>(
  phone: Phone,
  place: AccountPage,
  said: string | undefined,
  { load, show }: { load: () => Promise<Content>; show: (here: PageContext<Content>) => Shown },
): Promise<Step> {
  const { stage, account } = phone;
  const again: Step = { to: "place", place };
  stage.showSoon({
    name: "loading",
    title: PHONE.loading,
    content: [brand(), navigation(place), busy(PHONE.loading)],
  });
  let content: Content;
  let person: Person | undefined;
  try {
    const who = await account.whoAmI();
    if (!who.passkeys) return { to: "end", end: "ownApp" };
    person = who.account;
    if (!person) return account.supported ? { to: "sign-in", place } : noPasskeys;
    content = await load();
  } catch (error) {
    const signedOut = error instanceof LoginError && error.code === "sign_in_required";
    if (!signedOut) return { to: "end", end: resultOf(error, navigator.onLine), retry: again };
    account.forget();
    return { to: "sign-in", place };
  }
  const known = { content, person };
  return await new Promise<Step>((go) => {
    const clock = { language: document.documentElement.lang, now: serverNow() };
    const { texts, parts } = show({
      ...known,
      clock,
      deeds: createActionRunner(phone, place, go),
      go,
    });
    stage.show({
      name: place,
      title: texts.heading,
      ...defined({ announcement: said }),
      content: [
        brand(),
        navigation(place),
        h(
          "div",
          { class: "view place" },
          heading(texts.heading),
          paragraph(texts.text),
          said === undefined ? undefined : h("p", { class: "said" }, said),
          ...parts,
        ),
        signedInLine(phone, known.person, again, go),
      ],
    });
  });
}

const noPasskeys: Step = { to: "end", end: "noPasskeys" };
