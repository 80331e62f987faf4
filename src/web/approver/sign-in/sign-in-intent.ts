import type { SignInIntent, Step } from "../steps.ts";

/** Once somebody is signed in, they go on with what they came for. */
export function resumeIntent({ scan, place }: SignInIntent): Step {
  if (place) return { to: "place", place };
  if (!scan) return { to: "home" };
  const { session_id: sessionId, scan_token: scanToken } = scan;
  return { to: "claim", scanned: { by: "scan_token", sessionId, scanToken } };
}

/** What is to be gone on with, out of a step that knows of it. */
export function intentOf({ scan, place }: SignInIntent): SignInIntent {
  return { scan, place };
}
