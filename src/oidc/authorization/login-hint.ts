import type { AuthenticatedUser } from "../../login-session/domain/authenticated-user.ts";

/** Whether a `login_hint` (OpenID Connect Core §3.1.2.1) names this account. */
export type HintedAccount = "this" | "another" | "unknown";

/**
 * Compares a hint with the subject, the e-mail address and the name. `unknown`: the hint is an e-mail address, and none
 * is known of this account. No hint names every account.
 */
export function compareLoginHint(
  hint: string | undefined,
  { sub, email, name }: Pick<AuthenticatedUser, "sub" | "email" | "name">,
): HintedAccount {
  if (hint === undefined || hint === sub) return "this";
  const hinted = folded(hint);
  const known = [email, name].flatMap((text) => (text === undefined ? [] : folded(text)));
  if (known.includes(hinted)) return "this";
  return email === undefined && hinted.includes("@") ? "unknown" : "another";
}

function folded(text: string): string {
  return text.normalize("NFKC").trim().toLowerCase();
}
