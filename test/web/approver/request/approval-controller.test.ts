import type { AuthenticationResponseJSON } from "@simplewebauthn/browser";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { LoginError } from "../../../../src/sdk/login-error.ts";
import {
  ApprovalController,
  finalStep,
} from "../../../../src/web/approver/request/approval-controller.ts";
import { loadScan, saveScan } from "../../../../src/web/approver/scan/scan-storage.ts";
import type { AnsweredScan } from "../../../../src/web/approver/steps.ts";
import { PHONE } from "../../../../src/web/ui/texts.ts";
import {
  fakeAccount,
  finish,
  LOST,
  ok,
  problem,
  SCAN_TOKEN,
  scanWith,
  sent,
  serverResponds,
  SESSION_ID,
  usePhonePage,
} from "../support/phone-page.ts";

usePhonePage();
beforeEach(() => saveScan(scanWith(), { sameDevice: false }));

const ASSERTION: AuthenticationResponseJSON = {
  id: "a",
  rawId: "a",
  type: "public-key",
  clientExtensionResults: {},
  response: { clientDataJSON: "a", authenticatorData: "a", signature: "a" },
};

const assert = () => Promise.resolve(ASSERTION);
const controllerOf = (scan: AnsweredScan = scanWith(), account = fakeAccount()) =>
  new ApprovalController(scan, account, assert);

const approved = ok({ status: "approved" });
const denied = ok({ status: "denied" });
const lostThrice = [LOST, LOST, LOST] as const;

/** The last parts of the requested paths. */
const requested = () => sent.map(({ path }) => path.split("/").at(-1));

describe("a decision", () => {
  it("sends an approval with the scan token, and deletes the stored scan", async () => {
    serverResponds(approved);
    expect(await finish(controllerOf().decide("approved", "47"))).toEqual({
      to: "result",
      result: "approved",
    });
    expect(sent).toEqual([
      {
        path: `/sessions/${SESSION_ID}/approve`,
        method: "POST",
        body: { scan_token: SCAN_TOKEN, match: "47" },
      },
    ]);
    expect(loadScan()).toBeUndefined();
  });

  it("sends a denial without the typed digits", async () => {
    serverResponds(denied);
    expect(await finish(controllerOf().decide("denied", "47"))).toMatchObject({ result: "denied" });
    expect(sent[0]?.body).toEqual({ scan_token: SCAN_TOKEN });
  });

  it("shows that another phone was added after its approval", async () => {
    serverResponds(approved);
    const scan = { ...scanWith(), client: { client_id: "phone", name: "Another phone" } };
    expect(await finish(controllerOf(scan).decide("approved"))).toMatchObject({
      result: "phoneAdded",
    });
  });

  it("shows another result after an approval in the browser that displays the code", async () => {
    saveScan(scanWith(), { sameDevice: true });
    serverResponds(approved);
    expect(await finish(controllerOf().decide("approved"))).toMatchObject({
      result: "approvedHere",
    });
    saveScan(scanWith(), { sameDevice: true });
    expect(finalStep("denied")).toMatchObject({ result: "denied" });
  });
});

describe("a decision whose response is lost", () => {
  it("shows an error and keeps the stored scan when the response to a decision is lost", async () => {
    serverResponds(...lostThrice);
    expect(await finish(controllerOf().decide("approved"))).toEqual({
      notice: PHONE.notices.network,
    });
    expect(loadScan()).toMatchObject({ scanToken: SCAN_TOKEN });
  });

  it("shows the approval whose response was lost when the next try finds it applied", async () => {
    const controller = controllerOf();
    serverResponds(...lostThrice, problem(409, "already_approved"));
    await finish(controller.decide("approved"));
    expect(await finish(controller.decide("approved"))).toMatchObject({ result: "approved" });
    expect(loadScan()).toBeUndefined();
  });

  it("shows the denial whose response was lost when a poll finds it applied", async () => {
    const controller = controllerOf();
    serverResponds(...lostThrice);
    await finish(controller.decide("denied"));
    const error = new LoginError("already_denied", "", { status: 409 });
    expect(controller.resultOf(error)).toBe("denied");
  });

  it("shows an approval that a server which was not ready has applied", async () => {
    const controller = controllerOf();
    const unavailable = problem(503, "temporarily_unavailable");
    serverResponds(unavailable, unavailable, unavailable);
    expect(await finish(controller.decide("approved"))).toEqual({ notice: PHONE.notices.other });
    const error = new LoginError("already_approved", "", { status: 409 });
    expect(controller.resultOf(error)).toBe("approved");
  });

  it("shows no approval if the session was denied after the response was lost", async () => {
    const controller = controllerOf();
    serverResponds(...lostThrice, problem(409, "already_denied"));
    await finish(controller.decide("approved"));
    expect(await finish(controller.decide("approved"))).toMatchObject({ result: "decided" });
  });

  it("lets the user deny after the response to an approval was lost", async () => {
    const controller = controllerOf();
    serverResponds(...lostThrice, denied);
    await finish(controller.decide("approved"));
    expect(await finish(controller.decide("denied"))).toMatchObject({ result: "denied" });
  });

  it("shows that the session expired after the response to an approval was lost", async () => {
    const controller = controllerOf();
    serverResponds(...lostThrice, problem(410, "session_expired"));
    await finish(controller.decide("approved"));
    expect(await finish(controller.decide("approved"))).toMatchObject({ result: "expired" });
    expect(loadScan()).toBeUndefined();
  });
});

describe("a session that was decided elsewhere", () => {
  it.each([
    ["already_approved", "decided"],
    ["already_denied", "decided"],
    ["session_cancelled", "cancelled"],
    ["session_expired", "expired"],
    ["code_repeated", "repeated"],
  ])("ends a request that was decided elsewhere: %s is the result %s", async (code, result) => {
    serverResponds(problem(409, code));
    expect(await finish(controllerOf().decide("approved"))).toEqual({ to: "result", result });
    expect(loadScan()).toBeUndefined();
  });

  it("names the device where the wrong code was typed", async () => {
    serverResponds(problem(403, "match_wrong"), problem(403, "match_wrong"));
    const typedHere = scanWith({ match: { by: "phone" } });
    expect(await finish(controllerOf(typedHere).decide("approved", "12"))).toMatchObject({
      result: "matchWrong",
    });
    const typedThere = scanWith({ match: { by: "screen", code: "4821", done: false } });
    expect(await finish(controllerOf(typedThere).decide("approved"))).toMatchObject({
      result: "matchWrongThere",
    });
  });
});

describe("a sign-in that has expired", () => {
  it("leads to the sign-in with the scan when the phone's session has expired", async () => {
    const account = fakeAccount();
    serverResponds(problem(401, "sign_in_required"));
    const scan = scanWith();
    expect(await finish(controllerOf(scan, account).decide("approved"))).toEqual({
      to: "sign-in",
      scan,
    });
    expect(account.forget).toHaveBeenCalledOnce();
    expect(loadScan()).toMatchObject({ scanToken: SCAN_TOKEN });
  });

  it.each([
    ["sign_in_again", "again"],
    ["wrong_account", "another"],
  ])("leads to another sign-in with the reason: %s", async (code, reason) => {
    serverResponds(problem(403, code));
    const scan = scanWith();
    expect(await finish(controllerOf(scan).decide("approved"))).toEqual({
      to: "sign-in",
      scan,
      reason,
    });
    expect(loadScan()).toBeDefined();
  });
});

describe("requirements that have changed", () => {
  it.each(["match_required", "step_up_required", "risk_blocked"])(
    "loads a request again whose requirements have changed: %s",
    async (code) => {
      serverResponds(problem(403, code));
      expect(await finish(controllerOf().decide("approved"))).toEqual({
        to: "claim",
        scanned: { by: "scan_token", sessionId: SESSION_ID, scanToken: SCAN_TOKEN },
      });
      expect(loadScan()).toBeDefined();
    },
  );
});

describe("an approval with a passkey", () => {
  const scan = () => scanWith({ step_up: true });
  const options = ok({ options: { challenge: "c" } });

  it("approves with an assertion of the session's challenge", async () => {
    const sign = vi.fn(assert);
    serverResponds(options, approved);
    const controller = new ApprovalController(scan(), fakeAccount(), sign);
    expect(await finish(controller.decide("approved", "47"))).toMatchObject({ result: "approved" });
    expect(sign).toHaveBeenCalledWith({ optionsJSON: { challenge: "c" } });
    expect(sent[1]?.body).toEqual({ scan_token: SCAN_TOKEN, match: "47", assertion: ASSERTION });
  });

  it("sends no approval if the user cancels the passkey prompt", async () => {
    const cancel = () => Promise.reject(new DOMException("", "NotAllowedError"));
    const controller = new ApprovalController(scan(), fakeAccount(), cancel);
    serverResponds(options);
    expect(await finish(controller.decide("approved"))).toEqual({
      notice: PHONE.notices.passkeyCancelled,
    });
    expect(requested()).toEqual(["step-up"]);
    const error = new LoginError("already_approved", "", { status: 409 });
    expect(controller.resultOf(error)).toBe("decided");
  });

  it("asks for a new assertion at each try of the user", async () => {
    const sign = vi.fn(assert);
    const controller = new ApprovalController(scan(), fakeAccount(), sign);
    serverResponds(options, ...lostThrice, options, problem(409, "already_approved"));
    await finish(controller.decide("approved"));
    expect(await finish(controller.decide("approved"))).toMatchObject({ result: "approved" });
    expect(sign).toHaveBeenCalledTimes(2);
  });

  it("shows the approval if its repeated assertion is refused and the session is approved", async () => {
    serverResponds(
      options,
      LOST,
      problem(400, "ceremony_expired"),
      problem(409, "already_approved"),
    );
    expect(await finish(controllerOf(scan()).decide("approved"))).toMatchObject({
      result: "approved",
    });
    expect(requested()).toEqual(["step-up", "approve", "approve", "scan"]);
  });

  it("lets the user try again if the assertion is refused", async () => {
    serverResponds(options, problem(403, "passkey_invalid"));
    expect(await finish(controllerOf(scan()).decide("approved"))).toEqual({
      notice: PHONE.notices.passkeyFailed,
    });
    expect(loadScan()).toBeDefined();
  });
});
