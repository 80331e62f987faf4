import { byScanToken } from "../sessions.ts";
import type { SignInIntent, Step } from "../steps.ts";

/** Once somebody is signed in, they go on with what they came for. */
export function resumeIntent({ scan, page }: SignInIntent): Step {
  if (page) return { to: "account-page", page };
  if (!scan) return { to: "home" };
  return { to: "claim", scanned: byScanToken(scan) };
}

/** What is to be gone on with, out of a step that knows of it. */
export function intentOf({ scan, page }: SignInIntent): SignInIntent {
  return { scan, page };
}
