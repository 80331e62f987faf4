import { byId, h } from "../ui/dom.ts";
import { icon } from "../ui/icon.ts";
import * as icons from "../ui/icons.ts";
import { actions, bigCode, brand, button, emblem, heading, paragraph } from "../ui/components.ts";
import { spelledCode } from "../ui/typed-code.ts";
import { CLAIMS, COMPARE, COUNTING, SCREEN, type TitledText } from "../ui/texts.ts";
import { claimsTable } from "./claims-table.ts";
import { LaneView } from "./lane-view.ts";
import { WAYS, type TransportLane, type Way } from "./transport-lane.ts";
import type { Figure } from "./metrics.ts";
import { behind } from "./comparison.ts";

/** The actions of the page's buttons. */
export interface PageActions {
  cut(way: Way): void;
  cutAll(): void;
  restart(): void;
}

/** Renders the page. */
export class Page {
  #main = byId("main");
  #status = byId("status");
  #panel = h("div", { class: "code" });
  #typed = h("div", { class: "typed" });
  #lanes = h("div", { class: "lanes" });
  #views = new Map<Way, LaneView>();
  #pageActions: PageActions;

  constructor(figures: readonly Figure[], pageActions: PageActions) {
    this.#pageActions = pageActions;
    document.title = COMPARE.title;
    const cutAll = button(COMPARE.cutAll, () => pageActions.cutAll(), { kind: "plain" });
    const restart = button(COMPARE.restart, () => pageActions.restart());
    this.#main.replaceChildren(
      brand(),
      h(
        "div",
        { class: "view invitation" },
        heading(COMPARE.heading),
        paragraph(COMPARE.lead),
        this.#panel,
        steps(),
        this.#typed,
      ),
      section("lanes", COMPARE.lanes, actions(cutAll, restart), this.#lanes),
      section("claims", CLAIMS.heading, paragraph(CLAIMS.text), claimsTable(figures)),
      section("counting", COUNTING.heading, notes()),
      h("p", { class: "back" }, h("a", { href: "/" }, COUNTING.back)),
    );
    this.starting();
  }

  starting(): void {
    this.#show("starting", h("div", { class: "spinner" }), h("p", {}, COMPARE.starting));
    this.#typed.replaceChildren();
    this.#views = new Map(
      WAYS.map((way) => [way, new LaneView(way, () => this.#pageActions.cut(way))]),
    );
    this.#lanes.replaceChildren(...Array.from(this.#views.values(), ({ element }) => element));
  }

  /** The code is displayed. `tile` contains it, and `timer` is the time left. */
  pending(tile: HTMLElement, timer: HTMLElement, userCode: string | undefined): void {
    this.#show("pending", tile, timer);
    const [before, link, after] = COMPARE.steps.noPhone;
    const phone = h("a", { href: "/phone", target: "_blank", rel: "opener" }, link);
    const typed = userCode === undefined ? [] : [spelledCode(userCode)];
    this.#typed.replaceChildren(h("p", {}, before, phone, after), ...typed);
    this.#announce(COMPARE.announcement);
  }

  failed(code: string): void {
    const failures: Record<string, TitledText> = SCREEN.failures;
    const [title, text] = failures[code] ?? SCREEN.failures.other;
    this.#notice("failed", emblem(icons.alert, "quiet"), title, text);
    this.#announce(`${title}. ${text}`);
  }

  /** Updates the lanes and the panel. */
  show(lanes: readonly TransportLane[]): void {
    const known = lanes.flatMap(({ way, result }) => (result ? [[way, result.at] as const] : []));
    const instants = Object.fromEntries(known);
    const later = behind(instants);
    const most = Math.max(0, ...Object.values(later));
    const first = Math.min(...Object.values(instants));
    for (const lane of lanes) {
      const callback =
        lane.callback && Number.isFinite(first) ? lane.callback.at - first : undefined;
      this.#views.get(lane.way)?.show(lane, { behind: later[lane.way], most, callback });
    }
    this.#showStatus(lanes);
  }

  /** All screens have finished. */
  finished(lanes: readonly TransportLane[]): void {
    const finished = lanes.filter(({ result }) => result !== undefined);
    this.#main.dataset["state"] = "ended";
    if (finished.length === 0) {
      const [title, text] = COMPARE.over;
      this.#notice("ended", emblem(icons.clock, "quiet"), title, text);
      this.#announce(`${title}. ${text}`);
      return;
    }
    const order = finished.toSorted((a, b) => (a.result?.at ?? 0) - (b.result?.at ?? 0));
    const failed = lanes.filter(({ result }) => result === undefined);
    const names = (some: readonly TransportLane[]) =>
      some.map(({ way }) => this.#views.get(way)?.name ?? way);
    this.#announce(COMPARE.result(names(order), names(failed)));
  }

  /** The panel beside the instructions shows the newest status that any screen knows. */
  #showStatus(lanes: readonly TransportLane[]): void {
    const shown = this.#main.dataset["state"];
    const status = lanes.find(({ result }) => result)?.result?.status;
    if (status === undefined || status === "pending" || status === "scanned") {
      if (lanes.some((lane) => lane.status === "scanned")) {
        this.#scanned(lanes.find((lane) => lane.digits !== undefined)?.digits);
      }
      return;
    }
    if (shown === "decided" || shown === "ended") return;
    const [title, text] = COMPARE.ended[status];
    this.#notice("decided", pictureOf(status), title, text);
  }

  /** `digits`: what the user has to type on the phone, if the login requires number matching. */
  #scanned(digits: string | undefined): void {
    const { state, digits: shown } = this.#main.dataset;
    if (state === "scanned" && shown === digits) return;
    const [title, text] = COMPARE.scanned;
    if (digits === undefined) {
      delete this.#main.dataset["digits"];
      const picture = h("div", { class: "emblem accent waiting" }, icon(icons.phone));
      this.#notice("scanned", picture, title, text);
      this.#announce(`${title}. ${text}`);
    } else {
      this.#main.dataset["digits"] = digits;
      this.#notice("scanned", bigCode(digits), title, SCREEN.scanned.digits);
      this.#announce(`${SCREEN.scanned.digits} ${[...digits].join(" ")}`);
    }
  }

  #notice(state: string, picture: HTMLElement, title: string, text: string): void {
    this.#show(state, picture, h("h2", {}, title), paragraph(text));
  }

  #show(state: string, ...content: Node[]): void {
    this.#main.dataset["state"] = state;
    this.#panel.replaceChildren(...content);
  }

  #announce(text: string): void {
    this.#status.textContent = text;
  }
}

function pictureOf(status: keyof typeof COMPARE.ended): HTMLElement {
  switch (status) {
    case "approved":
    case "redeemed":
      return emblem(icons.check, "good");
    case "denied":
      return emblem(icons.cross, "bad");
    case "cancelled":
      return emblem(icons.cross, "quiet");
    case "expired":
      return emblem(icons.clock, "quiet");
  }
}

function section(id: string, title: string, ...content: Node[]): HTMLElement {
  return h("section", { class: id, "aria-labelledby": id }, h("h2", { id }, title), ...content);
}

function steps(): HTMLElement {
  const { scan, approve, look } = COMPARE.steps;
  return h("ol", { class: "steps" }, ...[scan, approve, look].map((step) => h("li", {}, step)));
}

function notes(): HTMLElement {
  return h("ul", {}, ...COUNTING.notes.map((note) => h("li", {}, note)));
}
