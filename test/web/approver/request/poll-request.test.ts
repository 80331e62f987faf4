import { beforeEach, describe, expect, it, vi } from "vitest";
import { ApprovalController } from "../../../../src/web/approver/request/approval-controller.ts";
import { pollRequest } from "../../../../src/web/approver/request/poll-request.ts";
import { loadScan, saveScan } from "../../../../src/web/approver/scan/scan-storage.ts";
import type { AnsweredScan } from "../../../../src/web/approver/steps.ts";
import {
  fakeAccount,
  LOST,
  notReady,
  ok,
  problem,
  requestWith,
  SCAN_TOKEN,
  scanWith,
  sent,
  serverResponds,
  SESSION_ID,
  signedOutScan,
  usePhonePage,
} from "../support/phone-page.ts";

const INTERVAL = 3000;

let page: EventTarget & { visibilityState: string };

usePhonePage();
beforeEach(() => {
  page = Object.assign(new EventTarget(), { visibilityState: "visible" });
  vi.stubGlobal("document", page);
  const window = new EventTarget();
  vi.stubGlobal("addEventListener", window.addEventListener.bind(window));
  saveScan(scanWith(), { sameDevice: false });
});

/** A displayed request that is polled until the test stops it. */
function poll(displayed: AnsweredScan = scanWith()) {
  const account = fakeAccount();
  const controller = new ApprovalController(displayed, account);
  const over = new AbortController();
  const state = { isDeciding: false };
  const onUpdate = vi.fn<() => void>();
  let next: unknown = "polling";
  const ended = pollRequest(displayed, {
    account,
    controller,
    interval: () => INTERVAL,
    signal: over.signal,
    isDeciding: () => state.isDeciding,
    onUpdate,
  }).then((step) => (next = step));
  return {
    account,
    controller,
    state,
    onUpdate,
    ended,
    stop: () => over.abort(),
    next: () => next,
  };
}

const nextPoll = () => vi.advanceTimersByTimeAsync(INTERVAL);
/** Long enough for all tries of one request. */
const retries = () => vi.advanceTimersByTimeAsync(2000);

describe("a displayed request", () => {
  it("polls the displayed request by its scan token while nothing changes", async () => {
    const { onUpdate, next, stop, ended } = poll();
    serverResponds(ok(scanWith()), ok(scanWith()));
    await nextPoll();
    await nextPoll();
    expect(onUpdate).toHaveBeenCalledTimes(2);
    expect(sent).toHaveLength(2);
    expect(sent[0]).toEqual({
      path: `/sessions/${SESSION_ID}/scan`,
      method: "POST",
      body: { scan_token: SCAN_TOKEN },
    });
    expect(next()).toBe("polling");
    stop();
    expect(await ended).toBeUndefined();
  });

  it("updates the displayed request when its code was typed or scanned again", async () => {
    const match = { by: "screen", code: "4821" } as const;
    const { onUpdate, stop } = poll(scanWith({ match: { ...match, done: false } }));
    const changed = { match: { ...match, done: true }, repeats: 1 };
    serverResponds(ok(scanWith(changed)));
    await nextPoll();
    expect(onUpdate).toHaveBeenCalledWith(requestWith(changed));
    stop();
  });

  it.each([
    ["the verdict", { risk: { verdict: "verify" as const, reasons: [] } }],
    ["the step-up", { step_up: true as const }],
    ["the consent", { consent: { access: "login" as const, claims: ["sub" as const] } }],
    ["the number matching", { match: { by: "phone" as const } }],
  ])("displays the request again when %s has changed", async (_, changes) => {
    const { next, onUpdate } = poll();
    serverResponds(ok(scanWith(changes)));
    await nextPoll();
    expect(next()).toEqual({ to: "request", scan: scanWith(changes) });
    expect(onUpdate).not.toHaveBeenCalled();
  });
});

describe("a poll whose response is lost", () => {
  it.each([
    ["lost", [LOST]],
    ["not ready", [notReady, notReady, notReady]],
    ["a server error", [problem(500, "internal_error")]],
    ["rate limited", [problem(429, "too_many_requests")]],
  ] as const)("polls again after a response that is %s", async (_, responses) => {
    const { next, onUpdate, stop } = poll();
    serverResponds(...responses, ok(scanWith()));
    await nextPoll();
    await retries();
    expect(next()).toBe("polling");
    expect(loadScan()).toBeDefined();
    await nextPoll();
    expect(onUpdate).toHaveBeenCalledOnce();
    stop();
  });
});

describe("a session that ends while its request is displayed", () => {
  it.each([
    ["already_approved", "decided"],
    ["already_denied", "decided"],
    ["session_cancelled", "cancelled"],
    ["session_expired", "expired"],
  ])("ends a displayed request whose session has ended: %s", async (code, result) => {
    const { next } = poll();
    serverResponds(problem(409, code));
    await nextPoll();
    expect(next()).toEqual({ to: "result", result });
    expect(loadScan()).toBeUndefined();
  });

  it("shows the approval whose response was lost when a poll finds it", async () => {
    const { controller, next } = poll();
    serverResponds(LOST, LOST, LOST, problem(409, "already_approved"));
    const decided = controller.decide("approved");
    await retries();
    await decided;
    await nextPoll();
    expect(next()).toEqual({ to: "result", result: "approved" });
  });
});

describe("a poll during a decision", () => {
  it("ignores a poll during a decision", async () => {
    const { state, next, onUpdate, stop } = poll();
    state.isDeciding = true;
    serverResponds(problem(409, "already_approved"), ok(scanWith({ step_up: true })));
    await nextPoll();
    await nextPoll();
    expect(next()).toBe("polling");
    expect(onUpdate).not.toHaveBeenCalled();
    expect(loadScan()).toBeDefined();
    stop();
  });
});

describe("a sign-in that expires while a request is displayed", () => {
  it("leads to the sign-in when the phone's session expires while a request is displayed", async () => {
    const { account, next } = poll();
    serverResponds(ok(signedOutScan()));
    await nextPoll();
    expect(next()).toEqual({ to: "sign-in", scan: signedOutScan() });
    expect(account.forget).toHaveBeenCalledOnce();
    expect(loadScan()).toBeDefined();
  });
});

describe("a page that nobody sees", () => {
  it("polls no hidden page before it is visible again", async () => {
    page.visibilityState = "hidden";
    const { onUpdate, stop } = poll();
    await nextPoll();
    await nextPoll();
    expect(sent).toEqual([]);
    serverResponds(ok(scanWith()));
    page.visibilityState = "visible";
    page.dispatchEvent(new Event("visibilitychange"));
    await vi.advanceTimersByTimeAsync(0);
    expect(onUpdate).toHaveBeenCalledOnce();
    stop();
  });

  it("polls no prerendered page", async () => {
    Object.assign(page, { prerendering: true });
    const { stop, ended } = poll();
    await nextPoll();
    expect(sent).toEqual([]);
    stop();
    expect(await ended).toBeUndefined();
  });
});

describe("a request that is left", () => {
  it("ignores a response after the request was left, and keeps the stored scan", async () => {
    const { next, onUpdate, stop, ended } = poll();
    const respond = Promise.withResolvers<Response>();
    vi.stubGlobal("fetch", () => respond.promise);
    await nextPoll();
    stop();
    respond.resolve(problem(410, "session_expired")());
    expect(await ended).toBeUndefined();
    expect(next()).toBeUndefined();
    expect(onUpdate).not.toHaveBeenCalled();
    expect(loadScan()).toBeDefined();
  });
});
