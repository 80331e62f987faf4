import { LoginError } from "../../sdk/login-error.ts";
import { PHONE } from "../ui/texts.ts";

/** The message for an error after which the user can try again. */
export function errorMessageFor(error: unknown): string {
  const texts = PHONE.notices;
  if (error instanceof LoginError) {
    switch (error.code) {
      case "network":
        return texts.network;
      case "passkey_invalid":
        return texts.passkeyUnknown;
      case "user_code_unknown":
        return PHONE.typing.unknown;
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
  // WebAuthn errors. `NotAllowedError` also stands for "no passkey here": browsers hide the
  // difference from pages on purpose.
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
