import type { NoticeLine } from "../ui/components.ts";
import { errorMessageFor } from "./error-message.ts";

/** Runs an action while its button is busy, ignores further clicks meanwhile, and shows an error beside it. */
export async function runWhileBusy(
  button: HTMLButtonElement,
  notice: NoticeLine,
  action: () => Promise<void>,
  messageFor = errorMessageFor,
): Promise<void> {
  if (button.ariaBusy === "true") return;
  notice.show("");
  button.ariaBusy = "true";
  try {
    await action();
  } catch (error) {
    notice.show(messageFor(error));
  } finally {
    button.ariaBusy = "false";
  }
}
