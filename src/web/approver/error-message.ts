import { LoginError } from "../../sdk/login-error.ts";
import { PHONE } from "../ui/texts.ts";

/** What is said in place when something didn't work and can simply be tried again. */
export function errorMessageFor(error: unknown): string {
  const texts = PHONE.notices;
  if (error instanceof LoginError) {
    switch (error.code) {
      case "network":
        return texts.network;
      case "passkey_invalid":
        return texts.passkeyUnknown;
      case "ceremony_expired":
        return texts.passkeyFailed;
      case "invalid_request":
        return texts.nameInvalid;
      case "too_many_requests":
        return texts.tooManyRequests;
      default:
        return texts.other;
    }
  }
  if (!(error instanceof Error)) return texts.other;
  // The errors of WebAuthn. `NotAllowedError` also stands for "there is no passkey here": browsers
  // don't tell these apart, so that pages can't find out.
  switch (error.name) {
    case "NotAllowedError":
    case "AbortError":
      return texts.passkeyCancelled;
    case "InvalidStateError":
      return texts.passkeyExists;
    default:
      return texts.passkeyFailed;
  }
}
