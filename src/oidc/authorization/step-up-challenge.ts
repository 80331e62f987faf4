/**
 * The `WWW-Authenticate` challenge for an app whose user must sign in again: how recently, or by
 * which methods (RFC 9470 §3). The app passes the parameters to its issuer.
 */
export function stepUpChallenge(
  scheme: "Bearer" | "DPoP",
  { maxAge, acr }: { maxAge: number; acr: readonly string[] },
): string {
  const parameters = {
    realm: "qr-login",
    error: "insufficient_user_authentication",
    error_description: "This login takes a more recent sign-in.",
    max_age: String(maxAge / 1000),
    ...(acr.length === 0 ? {} : { acr_values: acr.join(" ") }),
  };
  const list = Object.entries(parameters).map(([name, value]) => `${name}="${value}"`);
  return `${scheme} ${list.join(", ")}`;
}
