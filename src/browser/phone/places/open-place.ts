import { h } from "../../dom.ts";
import { brand, busy, heading, paragraph } from "../../parts.ts";
import { PHONE } from "../../texts.ts";
import { LoginFailure } from "../../client/failure.ts";
import type { Person } from "../account.ts";
import { serverNow } from "../api.ts";
import { endOf } from "../ends.ts";
import type { Clock } from "../moments.ts";
import type { Next, Phone } from "../next.ts";
import { signedInLine } from "../signed-in.ts";
import { deedsAt, type Deeds } from "./deed.ts";
import { navigation } from "./navigation.ts";
import type { Place } from "./place.ts";

/** What a place is made with. */
export interface Here<Content> {
  content: Content;
  person: Person;
  clock: Clock;
  deeds: Deeds;
  /** Leaves for the next step. */
  go: (next: Next) => void;
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
export async function openPlace<Content>(
  phone: Phone,
  place: Place,
  said: string | undefined,
  { load, show }: { load: () => Promise<Content>; show: (here: Here<Content>) => Shown },
): Promise<Next> {
  const { stage, account } = phone;
  const again: Next = { to: "place", place };
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
    const signedOut = error instanceof LoginFailure && error.code === "sign_in_required";
    if (!signedOut) return { to: "end", end: endOf(error, navigator.onLine), retry: again };
    account.forget();
    return { to: "sign-in", place };
  }
  const known = { content, person };
  return await new Promise<Next>((go) => {
    const clock = { language: document.documentElement.lang, now: serverNow() };
    const { texts, parts } = show({ ...known, clock, deeds: deedsAt(phone, place, go), go });
    stage.show({
      name: place,
      title: texts.heading,
      ...(said === undefined ? {} : { announcement: said }),
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

const noPasskeys: Next = { to: "end", end: "noPasskeys" };
