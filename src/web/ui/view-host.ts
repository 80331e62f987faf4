import { byId } from "./dom.ts";

/** What a page shows in one of its states. */
export interface View {
  /** Names the state, for styles and tests. */
  name: string;
  /** The window's title. */
  title: string;
  /** What screen readers say when the state begins; nothing where the focus says it. */
  announcement?: string;
  content: Node[];
}

/** Milliseconds that a wait may take before it is worth a word. */
const UNNOTICED = 300;

/** Where the views come and go. */
export class ViewHost {
  #main = byId("main");
  #status = byId("status");
  #movesFocus: boolean;
  #shown = false;
  #later: ReturnType<typeof setTimeout> | undefined;

  /**
   * Where a page asks something of its reader at each step, the focus moves to each new heading;
   * where it only tells, the focus stays, unless what had it is gone.
   */
  constructor({ movesFocus }: { movesFocus: boolean }) {
    this.#movesFocus = movesFocus;
  }

  show({ name, title, announcement, content }: View): void {
    clearTimeout(this.#later);
    const hadFocus = this.#main.contains(document.activeElement);
    document.title = title;
    this.#main.dataset["state"] = name;
    this.#main.replaceChildren(...content);
    this.say(announcement ?? "");
    if ((this.#movesFocus && this.#shown) || hadFocus) this.#focusHeading();
    this.#shown = true;
  }

  /** Shows that something is under way, unless it is over in a moment: then nothing flickers. */
  showSoon(view: View): void {
    clearTimeout(this.#later);
    this.#later = setTimeout(() => this.show(view), UNNOTICED);
  }

  /** Says something to those who don't see it. */
  say(text: string): void {
    this.#status.textContent = text;
  }

  #focusHeading(): void {
    const heading = this.#main.querySelector("h1");
    if (!heading) return;
    heading.tabIndex = -1;
    heading.focus({ preventScroll: true });
    scrollTo(0, 0);
  }
}
