import { h } from "./dom.ts";
import { button, noticeLine, displayedAndSpoken } from "./components.ts";
import type { LoginSession } from "../../sdk/login-session.ts";

/** The texts for the code to type. */
export interface TypedTexts {
  /** The button that requests the code. */
  type: string;
  /** Where to type it. */
  typed: string;
  /** The request notice. */
  noTyped: string;
}

/** The code to type instead of scanning. It is requested when the user asks for it. */
export function typedCode(login: LoginSession, texts: TypedTexts): HTMLElement[] {
  const notice = noticeLine();
  const shown = (userCode: string): [HTMLElement, HTMLElement] => [
    h("p", {}, texts.typed),
    spelledCode(userCode),
  ];
  const request = async () => {
    requestButton.disabled = true;
    notice.show("");
    try {
      const [hint, code] = shown(await login.requestUserCode());
      requestButton.replaceWith(hint, code);
      // Moves the focus from the button that was removed, so that screen readers read the code.
      code.tabIndex = -1;
      code.focus();
    } catch {
      requestButton.disabled = false;
      notice.show(texts.noTyped);
    }
  };
  const requestButton = button(texts.type, () => void request(), { kind: "link" });
  return login.userCode === undefined ? [requestButton, notice.element] : shown(login.userCode);
}

/** Large and spaced for display, and spelledCode for screen readers. */
export function spelledCode(userCode: string): HTMLElement {
  const letters = userCode.split("-").map((half) => [...half].join(" "));
  return h(
    "p",
    { class: "user-code", "data-user-code": userCode },
    ...displayedAndSpoken(userCode, letters.join(", ")),
  );
}
