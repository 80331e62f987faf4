import { h } from "../dom.ts";
import { button } from "../parts.ts";
import { PHONE } from "../texts.ts";
import type { Person } from "./account.ts";
import { endOf } from "./ends.ts";
import { guardButton } from "./guarded-button.ts";
import type { Next, Phone } from "./next.ts";

/** Who is signed in, and the way out. `here` is where the phone goes on afterwards. */
export function signedInLine(
  { account }: Phone,
  person: Person,
  here: Next,
  go: (next: Next) => void,
): HTMLElement {
  const signOut = () =>
    void account.signOut().then(
      () => go(here),
      (error: unknown) => go({ to: "end", end: endOf(error, navigator.onLine), retry: here }),
    );
  return h(
    "p",
    { class: "signed-in" },
    h("span", {}, PHONE.signedInAs(person.name)),
    guardButton(button(PHONE.signOut, signOut, { kind: "link" })),
  );
}
