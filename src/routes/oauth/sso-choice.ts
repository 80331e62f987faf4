import type { Context } from "hono";
import type { AppEnv } from "../app-env.ts";
import { isFirstParty } from "../middleware/same-origin.ts";

/** The parameters that our own page adds to an authorization request: what its person chose, and for which account. */
export const CHOICE = "sso_choice";
export const CHOICE_SESSION = "sso_session";

/** What the person chose on the page that offers to continue. */
export type Choice =
  | { type: "continue"; browserSession: string }
  /** Another account: the phone approves. */
  | { type: "other" }
  | { type: "decline" };

/**
 * The choice in a posted form. Undefined if there is none, or another site sent it (CSRF): browsers set `Origin` with
 * every form.
 */
export function readChoice(c: Context<AppEnv>, sent: URLSearchParams): Choice | undefined {
  if (c.req.method !== "POST" || !isFirstParty(c)) return undefined;
  switch (sent.get(CHOICE)) {
    case "continue":
      return { type: "continue", browserSession: sent.get(CHOICE_SESSION) ?? "" };
    case "other":
      return { type: "other" };
    case "decline":
      return { type: "decline" };
    default:
      return undefined;
  }
}

/** The hidden fields by which a form sends the same request again, for this browser session. */
export function choiceFields(sent: URLSearchParams, browserSession: string): [string, string][] {
  const others = [...sent].filter(([name]) => name !== CHOICE && name !== CHOICE_SESSION);
  return [...others, [CHOICE_SESSION, browserSession]];
}
