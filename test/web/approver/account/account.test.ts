import { describe, expect, it } from "vitest";
import { LoginError } from "../../../../src/sdk/login-error.ts";
import { suggestedName } from "../../../../src/web/approver/account/passkeys/passkey-name.ts";
import {
  accountErrorMessage,
  redirectFor,
} from "../../../../src/web/approver/account/action-runner.ts";
import { deviceName } from "../../../../src/web/approver/account/device-name.ts";
import { accountPageAt } from "../../../../src/web/approver/account/account-page.ts";
import { ACCOUNT, PHONE } from "../../../../src/web/ui/texts.ts";

describe("deviceName", () => {
  it.each([
    [{ browser: "Firefox 144", system: "macOS 15" }, "Firefox 144 on macOS 15"],
    [{ browser: "Firefox 144" }, "Firefox 144"],
    [{ system: "macOS 15" }, "macOS 15"],
    [{}, undefined],
  ])(`names the device %j "%s"`, (device, name) => {
    expect(deviceName(device)).toBe(name);
  });
});

describe("suggestedName", () => {
  it.each([
    ["Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15", "iPhone"],
    ["Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 Chrome/142.0.0.0 Mobile", "Android"],
    ["Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15", "Mac"],
    ["Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) AppleWebKit/537.36", "Chromebook"],
    ["Something else", ""],
  ])(`suggests a passkey name for %s: "%s"`, (userAgent, name) => {
    expect(suggestedName(userAgent)).toBe(name);
  });
});

describe("accountPageAt", () => {
  it.each([
    ["/devices", "devices"],
    ["/passkeys", "passkeys"],
    ["/history", "history"],
    ["/phone", undefined],
    ["/devices/", undefined],
    ["/constructor", undefined],
  ])("maps the path %s to the account page %s", (pathname, place) => {
    expect(accountPageAt(pathname)).toBe(place);
  });
});

describe("redirectFor and accountErrorMessage", () => {
  const failure = (code: string) => new LoginError(code, "", { status: 403 });

  it.each([
    ["sign_in_required", { to: "sign-in", page: "devices" }],
    [
      "device_unknown",
      { to: "account-page", page: "devices", message: ACCOUNT.notices.goneAlready },
    ],
    [
      "wrong_account",
      { to: "account-page", page: "devices", message: ACCOUNT.notices.anotherAccount },
    ],
    ["network", undefined],
  ])("maps the error code %s to the next step", (code, next) => {
    expect(redirectFor(failure(code), "devices")).toEqual(next);
  });

  it.each([
    [failure("last_passkey"), ACCOUNT.notices.lastPasskey],
    [failure("too_many_passkeys"), ACCOUNT.notices.tooManyPasskeys],
    [failure("recovery_code_invalid"), ACCOUNT.notices.recoveryCodeInvalid],
    [failure("too_many_requests"), PHONE.notices.tooManyRequests],
    [new DOMException("", "InvalidStateError"), ACCOUNT.notices.passkeyHere],
    [new DOMException("", "NotAllowedError"), PHONE.notices.passkeyCancelled],
  ])("shows an error message for %s", (error, text) => {
    expect(accountErrorMessage(error)).toBe(text);
  });
});
