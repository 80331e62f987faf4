import { byScanToken } from "../sessions.ts";
import type { SignInIntent, Step } from "../steps.ts";

/** The step that a sign-in interrupted. */
export function resumeIntent({ scan, page }: SignInIntent): Step {
  if (page) return { to: "account-page", page };
  if (!scan) return { to: "home" };
  return { to: "claim", scanned: byScanToken(scan) };
}

/** The intent of a step that carries one. */
export function intentOf({ scan, page }: SignInIntent): SignInIntent {
  return { scan, page };
}
