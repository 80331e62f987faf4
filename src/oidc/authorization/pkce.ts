import type { Client } from "../../config/index.ts";
import { invalidRequest, type OAuthError } from "../errors.ts";

/**
 * PKCE with S256 (RFC 7636 §4.3): required of every client (RFC 9700 §2.1.1), unless a confidential
 * client is registered with `pkce = "optional"`.
 */
export function challengeError(
  client: Client,
  challenge: string | undefined,
  method: string | undefined,
): OAuthError | undefined {
  if (challenge === undefined) {
    // A method without a challenge is a mistake: the request is not protected as it seems to be.
    return client.pkce === "optional" && method === undefined
      ? undefined
      : invalidRequest("code_challenge is missing.");
  }
  if (!/^[\w-]{43}$/.test(challenge)) {
    return invalidRequest("code_challenge must be 43 characters of base64url.");
  }
  // Without a method it is plain (§4.3), which does not protect the code.
  return method === "S256" ? undefined : invalidRequest("code_challenge_method must be S256.");
}
