import { COMPARE_CLIENT_ID, PHONE_CLIENT_ID, type Config } from "../../config/index.ts";
import { hasScope, type AccessTerms } from "../../login-session/domain/consent.ts";

/** What an approval of this login grants, and for how long. */
export function accessTermsOf(
  { clientId, scope }: { clientId: string; scope: string },
  { accessTokenTtl, loginTtl }: Pick<Config, "accessTokenTtl" | "loginTtl">,
): AccessTerms {
  if (clientId === PHONE_CLIENT_ID) return { kind: "account" };
  if (clientId === COMPARE_CLIENT_ID) return { kind: "none" };
  return hasScope(scope, "offline_access")
    ? { kind: "offline_access", ttl: loginTtl }
    : { kind: "login", ttl: accessTokenTtl };
}
