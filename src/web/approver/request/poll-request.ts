import { isFinal } from "../../../sdk/login-error.ts";
import { sleep } from "../../../sdk/sleep.ts";
import type { ApprovalRequest } from "../../../protocol/approval-request.ts";
import type { ScanResponse } from "../../../protocol/responses.ts";
import { byScanToken, scan } from "../sessions.ts";
import type { Account } from "../sign-in/account.ts";
import type { AnsweredScan, Step } from "../steps.ts";
import { untilVisible } from "../until-visible.ts";
import { finalStep, type ApprovalController } from "./approval-controller.ts";

export interface PollOptions {
  account: Pick<Account, "forget">;
  controller: Pick<ApprovalController, "resultOf">;
  /** Milliseconds before the next poll. */
  interval: () => number;
  signal: AbortSignal;
  /** While a decision is being sent, its own response counts, so the result of a poll is ignored. */
  isDeciding: () => boolean;
  /** The request is as before, except for its match and its rescans. */
  onUpdate: (request: ApprovalRequest) => void;
}

/**
 * Polls a displayed request for as long as the page is visible. Resolves with the next step when the request
 * can no longer be decided as displayed, or with undefined when the signal is aborted. Failures that may be
 * transient are ignored.
 */
export async function pollRequest(
  displayed: AnsweredScan,
  { account, controller, interval, signal, isDeciding, onUpdate }: PollOptions,
): Promise<Step | undefined> {
  for (;;) {
    await sleep(interval(), signal);
    await untilVisible(signal);
    if (signal.aborted) return undefined;
    try {
      const current = await scan(byScanToken(displayed));
      if (signal.aborted || isDeciding()) continue;
      const next = stepAfterPoll(displayed, current);
      if (next?.to === "sign-in") account.forget();
      if (next) return next;
      if (current.request) onUpdate(current.request);
    } catch (error) {
      if (!signal.aborted && !isDeciding() && isFinal(error)) {
        return finalStep(controller.resultOf(error));
      }
    }
  }
}

/** The step that replaces the displayed request; undefined if it can stay. */
export function stepAfterPoll(displayed: AnsweredScan, current: ScanResponse): Step | undefined {
  const { request } = current;
  if (!request) return { to: "sign-in", scan: current };
  return hasSameRequirements(displayed.request, request)
    ? undefined
    : { to: "request", scan: { ...current, request } };
}

/** Whether the user approves the same access, under the same verdict, with the same proofs. */
function hasSameRequirements(one: ApprovalRequest, other: ApprovalRequest): boolean {
  return (
    one.risk.verdict === other.risk.verdict &&
    one.step_up === other.step_up &&
    JSON.stringify(one.consent) === JSON.stringify(other.consent) &&
    one.match?.by === other.match?.by
  );
}
