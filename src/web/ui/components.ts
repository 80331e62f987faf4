import { h } from "./dom.ts";
import { icon } from "./icon.ts";

/** Components of both pages. */

export type Tone = "accent" | "good" | "bad" | "quiet";

/** The page's host, which the user can compare with the phone. */
export function brand(): HTMLElement {
  const mark = h("img", { src: "/icon.svg", alt: "", width: "28", height: "28" });
  return h("p", { class: "brand" }, mark, h("span", {}, location.host));
}

export function emblem(path: string, tone: Tone): HTMLElement {
  return h("div", { class: `emblem ${tone}` }, icon(path));
}

export function heading(text: string): HTMLElement {
  return h("h1", {}, text);
}

export function paragraph(text: string): HTMLElement {
  return h("p", { class: "text" }, text);
}

export function button(
  text: string,
  onClick: () => void,
  {
    kind = "primary",
    icon: path,
  }: { kind?: "primary" | "plain" | "decline" | "link"; icon?: string } = {},
): HTMLButtonElement {
  const image = path === undefined ? undefined : icon(path);
  return h("button", { type: "button", class: `button ${kind}`, click: onClick }, image, text);
}

export function actions(...buttons: (HTMLElement | undefined)[]): HTMLElement {
  return h("div", { class: "actions" }, ...buttons);
}

/** A view with a picture, a heading, a sentence and buttons. */
export function message(
  [path, tone]: [path: string, tone: Tone],
  title: string,
  text: string,
  ...buttons: (HTMLElement | undefined)[]
): HTMLElement {
  return h(
    "div",
    { class: "view message" },
    emblem(path, tone),
    heading(title),
    paragraph(text),
    buttons.length > 0 ? actions(...buttons) : undefined,
  );
}

/** A loading view. */
export function busy(text: string): HTMLElement {
  return h("div", { class: "view message" }, h("div", { class: "spinner" }), heading(text));
}

/** A line for an error message, which screen readers announce when it appears. */
export interface NoticeLine {
  element: HTMLElement;
  show(text: string): void;
}

export function noticeLine(): NoticeLine {
  const element = h("p", { class: "notice", role: "alert" });
  return {
    element,
    show(text) {
      element.textContent = text;
    },
  };
}

/** A text with separate versions for display and for screen readers. */
export function displayedAndSpoken(displayed: string, spoken: string): HTMLElement[] {
  return [
    h("span", { "aria-hidden": "true" }, displayed),
    h("span", { class: "visually-hidden" }, spoken),
  ];
}

/** A short code in large type, which screen readers spell. */
export function bigCode(code: string): HTMLElement {
  return h("p", { class: "big-code" }, ...displayedAndSpoken(code, [...code].join(" ")));
}
