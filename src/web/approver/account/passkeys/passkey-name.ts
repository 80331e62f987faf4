import { h } from "../../../ui/dom.ts";

/** Default names of passkeys, by system. */
const SYSTEMS: readonly (readonly [pattern: RegExp, name: string])[] = [
  [/iPhone/, "iPhone"],
  [/iPad/, "iPad"],
  [/Android/, "Android"],
  [/CrOS/, "Chromebook"],
  [/Macintosh/, "Mac"],
  [/Windows/, "Windows"],
  [/Linux/, "Linux"],
];

export function suggestedName(userAgent: string): string {
  return SYSTEMS.find(([pattern]) => pattern.test(userAgent))?.[1] ?? "";
}

/** The input for a passkey's name, with a suggestion. */
export function passkeyNameInput(): HTMLInputElement {
  return h("input", {
    name: "passkey-name",
    type: "text",
    autocomplete: "off",
    maxlength: "80",
    required: true,
    value: suggestedName(navigator.userAgent),
  });
}
