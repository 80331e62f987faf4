import { brand, busy } from "../../ui/components.ts";
import { PHONE } from "../../ui/texts.ts";
import type { Scanned } from "../sessions.ts";
import type { Step, StepContext } from "../steps.ts";
import { untilVisible } from "../until-visible.ts";
import { claimFailure, claimSession } from "./claim.ts";

/** Claims a session once the page is visible: a prerendered page or a background tab claims nothing. */
export async function claimStep({ views, account }: StepContext, scanned: Scanned): Promise<Step> {
  views.renderDelayed({
    name: "loading",
    title: PHONE.home.heading,
    content: [brand(), busy(PHONE.loading)],
  });
  await untilVisible();
  try {
    return await claimSession(account, scanned);
  } catch (error) {
    return claimFailure(error, { to: "claim", scanned });
  }
}
