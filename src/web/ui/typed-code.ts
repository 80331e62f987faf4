import { h } from "./dom.ts";
import { button, noticeLine, seenAndSaid } from "./components.ts";
import type { LoginSession } from "../../sdk/login-session.ts";

/** What is said of a code to type. */
export interface TypedTexts {
  /** The button that asks for it. */
  type: string;
  /** Where it is typed. */
  typed: string;
  /** None came. */
  noTyped: string;
}

/** A code to type, for whoever can't scan: it is made when somebody asks for it. */
export function typedCode(login: LoginSession, texts: TypedTexts): HTMLElement[] {
  const failed = noticeLine();
  const shown = (userCode: string): [HTMLElement, HTMLElement] => [
    h("p", {}, texts.typed),
    spelled(userCode),
  ];
  const ask = async () => {
    asking.disabled = true;
    failed.show("");
    try {
      const [hint, code] = shown(await login.requestUserCode());
      asking.replaceWith(hint, code);
      // It is read aloud to whoever listens, and the focus isn't lost with the button.
      code.tabIndex = -1;
      code.focus();
    } catch {
      asking.disabled = false;
      failed.show(texts.noTyped);
    }
  };
  const asking = button(texts.type, () => void ask(), { kind: "link" });
  return login.userCode === undefined ? [asking, failed.element] : shown(login.userCode);
}

/** Big and spaced for the eye; letter by letter for the ear. */
export function spelled(userCode: string): HTMLElement {
  const letters = userCode.split("-").map((half) => [...half].join(" "));
  return h(
    "p",
    { class: "user-code", "data-user-code": userCode },
    ...seenAndSaid(userCode, letters.join(", ")),
  );
}
