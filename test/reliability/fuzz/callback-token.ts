import { SignJWT } from "jose";
import { ALGORITHM } from "../../../src/lib/jwk.ts";
import { signingKey } from "../../../src/oidc/keys/signing-key-cache.ts";
import { ISSUER, madeUp } from "../../support/api.ts";
import type { Resign } from "./mutate-text.ts";

/**
 * A security event token as the Worker sends it to the receiver of /compare, and a function that
 * signs others.
 */
export async function callbackToken(
  worker: Env,
  sessionId: string,
): Promise<{ token: string; sign: Resign }> {
  const { kid, key } = await signingKey(worker);
  const sign: Resign = (header, payload) =>
    new SignJWT({ ...payload })
      .setProtectedHeader({ alg: ALGORITHM, typ: "secevent+jwt", kid, ...header })
      .sign(key);
  const token = await sign(
    {},
    {
      iss: ISSUER,
      aud: "compare",
      iat: Math.floor(Date.now() / 1000),
      jti: madeUp(),
      events: {
        "urn:qr-login:event:login-session": {
          session_id: sessionId,
          status: "approved",
          version: 3,
        },
      },
    },
  );
  return { token, sign };
}
