import { describe, expect, it } from "vitest";
import { PROBLEMS } from "../../../src/protocol/problem-codes.ts";
import { LoginError } from "../../../src/sdk/login-error.ts";
import { isTransientResult, resultOf } from "../../../src/web/approver/result.ts";
import { PHONE } from "../../../src/web/ui/texts.ts";

describe("resultOf", () => {
  it.each([
    ["code_stale", "stale"],
    ["code_invalid", "notOurs"],
    ["session_not_found", "expired"],
    ["session_expired", "expired"],
    ["session_cancelled", "cancelled"],
    ["already_scanned", "used"],
    ["already_approved", "decided"],
    ["match_wrong", "matchWrong"],
    ["risk_blocked", "blocked"],
    ["code_repeated", "repeated"],
    ["too_many_tries", "tooManyTries"],
    ["configuration_error", "misconfigured"],
    ["internal_error", "other"],
    ["something_new", "other"],
  ])("maps the error code %s to the result %s", (code, end) => {
    expect(resultOf(new LoginError(code, "", { status: 400 }), true)).toBe(end);
  });

  it("distinguishes being offline from an unreachable server", () => {
    const failure = new LoginError("network", "");
    expect(resultOf(failure, false)).toBe("offline");
    expect(resultOf(failure, true)).toBe("unreachable");
    expect(isTransientResult("offline") && isTransientResult("unreachable")).toBe(true);
    expect(isTransientResult("used")).toBe(false);
  });

  it("has a text for every error code of the server", () => {
    for (const code of Object.keys(PROBLEMS)) {
      const [title, text] = PHONE.ends[resultOf(new LoginError(code, "", { status: 400 }), true)];
      expect(title).not.toBe("");
      expect(text).not.toBe("");
    }
  });
});
