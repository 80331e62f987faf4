import { h } from "./dom.ts";
import { button, noticeLine, seenAndSaid } from "./components.ts";
import type { LoginSession } from "../../sdk/login-session.ts";

/** The texts for the code to type. */
export interface TypedTexts {
  /** The button that requests the code. */
  type: string;
  /** Where to type it. */
  typed: string;
  /** The request failed. */
  noTyped: string;
}

/** The code to type instead of scanning. It is requested when the user asks for it. */
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
      // Moves the focus from the button that was removed, so that screen readers read the code.
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

/** Large and spaced for display, and spelled for screen readers. */
export function spelled(userCode: string): HTMLElement {
  const letters = userCode.split("-").map((half) => [...half].join(" "));
  return h(
    "p",
    { class: "user-code", "data-user-code": userCode },
    ...seenAndSaid(userCode, letters.join(", ")),
  );
}
