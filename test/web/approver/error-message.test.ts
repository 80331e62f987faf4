import { describe, expect, it } from "vitest";
import { LoginError } from "../../../src/sdk/login-error.ts";
import { errorMessageFor } from "../../../src/web/approver/error-message.ts";
import { PHONE } from "../../../src/web/ui/texts.ts";

describe("errorMessageFor", () => {
  const error = (name: string) => new DOMException("", name);

  it.each([
    [error("NotAllowedError"), PHONE.notices.passkeyCancelled],
    [error("InvalidStateError"), PHONE.notices.passkeyExists],
    [error("SecurityError"), PHONE.notices.passkeyFailed],
    [new LoginError("passkey_invalid", "", { status: 403 }), PHONE.notices.passkeyUnknown],
    [new LoginError("network", ""), PHONE.notices.network],
    [new LoginError("internal_error", "", { status: 500 }), PHONE.notices.other],
  ])("shows a message for %s", (cause, text) => {
    expect(errorMessageFor(cause)).toBe(text);
  });
});
