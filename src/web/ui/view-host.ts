import { byId } from "./dom.ts";

/** What a page shows in one of its states. */
export interface View {
  /** Name of the state, for styles and tests. */
  name: string;
  /** The document's title. */
  title: string;
  /** What screen readers announce; not needed where the focus moves to the heading. */
  announcement?: string;
  content: Node[];
}

/** Milliseconds before a loading view appears. */
const LOADING_DELAY = 300;

/** Renders one view at a time into the page. */
export class ViewHost {
  #main = byId("main");
  #status = byId("status");
  #movesFocus: boolean;
  #rendered = false;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /**
   * `movesFocus`: each new view gets the focus on its heading, for pages that ask the user something at each
   * step. Otherwise the focus moves only if its element was replaced.
   */
  constructor({ movesFocus }: { movesFocus: boolean }) {
    this.#movesFocus = movesFocus;
  }

  render({ name, title, announcement, content }: View): void {
    clearTimeout(this.#timer);
    const hadFocus = this.#main.contains(document.activeElement);
    document.title = title;
    this.#main.dataset["state"] = name;
    this.#main.replaceChildren(...content);
    this.#status.textContent = announcement ?? "";
    if ((this.#movesFocus && this.#rendered) || hadFocus) this.#focusHeading();
    this.#rendered = true;
  }

  /** Renders a loading view, unless another view follows at once: that avoids flicker. */
  renderDelayed(view: View): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.render(view), LOADING_DELAY);
  }

  #focusHeading(): void {
    const heading = this.#main.querySelector("h1");
    if (!heading) return;
    heading.tabIndex = -1;
    heading.focus({ preventScroll: true });
    scrollTo(0, 0);
  }
}
