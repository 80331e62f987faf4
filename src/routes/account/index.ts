import { Hono } from "hono";
import { createMiddleware } from "hono/factory";
import { accountStub, pipelined } from "../../accounts/account-stub.ts";
import {
  CEREMONY_TTL,
  registrationOptions,
  signInOptions,
  verifyRegistration,
} from "../../accounts/passkeys/verify-passkey.ts";
import { ACCOUNT_SUBJECT_PREFIX } from "../../config/index.ts";
import { randomToken } from "../../lib/random.ts";
import { callTwice } from "../../lib/object-unavailable.ts";
import { decodeBase64urlText } from "../../lib/base64url.ts";
import { consumeJti } from "../../oidc/dpop/jti-replay-cache.ts";
import {
  RegistrationBody,
  RegistrationOptionsBody,
  SignInBody,
} from "../../protocol/account-requests.ts";
import type { AccountResponse } from "../../protocol/account.ts";
import type { AppEnv } from "../app-env.ts";
import {
  beginRegistration,
  beginSignIn,
  endCeremony,
  registrationCeremony,
  signInCeremony,
} from "./webauthn-challenge-cookie.ts";
import { firstParty } from "../middleware/same-origin.ts";
import { accountProblem } from "./account-problem.ts";
import { linkPhone } from "./link-phone.ts";
import { methodNotAllowed } from "../middleware/method-not-allowed.ts";
import { passkeyName } from "./passkey-name.ts";
import { notices } from "./notifications.ts";
import { passkeys } from "./passkeys.ts";
import { phones } from "./phones.ts";
import { clearPhoneCookie, isAccountSubject, phoneKey, renewPhoneCookie } from "./phone-cookie.ts";
import { startPhoneSession, newPhoneSecret, signOut } from "./phone-session.ts";
import { ProblemError } from "../middleware/problem-response.ts";
import { limitAccountRate, limitRate } from "../middleware/rate-limit.ts";
import { recovery } from "./recovery.ts";
import { jsonBody, NoBody } from "../middleware/request-body.ts";
import { requireRecentSignIn } from "./require-phone-session.ts";

/** Built-in accounts: to create one with a passkey, to sign in and out, and to delete it. */
export const account = new Hono<AppEnv>();

/** By how much the clocks of two machines may differ, in milliseconds. */
const CLOCK_TOLERANCE = 60_000;

account.use(firstParty());

// "/x/*" matches "/x" too.
for (const path of [
  ...["register", "sign-in", "phones", "passkeys", "recovery-code", "recover", "link"],
  "notices",
]) {
  account.use(`/${path}/*`, passkeysOn(), limitAccountRate());
}

account.route("/passkeys", passkeys);
account.route("/phones", phones);
account.route("/link", linkPhone);
account.route("/notices", notices);
account.route("/", recovery);

account.get("/", limitRate("CREATE_LIMIT", "account"), async (c) => {
  const { passkeys } = c.var.config;
  const phone = passkeys ? await phoneKey(c) : undefined;
  const known =
    phone && (await callTwice(() => accountStub(c.env, phone.sub).whoIs(phone.secretHash)));
  if (!phone || !known?.ok) {
    return c.json({ signed_in: false, passkeys } satisfies AccountResponse);
  }
  renewPhoneCookie(c);
  const account = { sub: phone.sub, name: known.value.name };
  return c.json({ signed_in: true, passkeys, account } satisfies AccountResponse);
});

/** Deletes the account and all its data. */
account.delete("/", passkeysOn(), limitRate("ACCOUNT_LIMIT"), async (c) => {
  await jsonBody(c, NoBody);
  const phone = await requireRecentSignIn(c);
  const erased = await phone.account.erase(phone.secretHash);
  if (!erased.ok) throw accountProblem(erased.error);
  clearPhoneCookie(c);
  return c.body(null, 204);
});

account.post("/register/options", async (c) => {
  const { name } = await jsonBody(c, RegistrationOptionsBody);
  const sub = ACCOUNT_SUBJECT_PREFIX + randomToken();
  const options = await registrationOptions(c.var.config.issuer, { sub, name });
  await beginRegistration(c, options.challenge, { sub, name });
  return c.json({ options });
});

account.post("/register", endCeremony(), async (c) => {
  const { response } = await jsonBody(c, RegistrationBody);
  const { ceremony, account } = await registrationCeremony(c);
  const verified = await verifyRegistration(response, ceremony);
  if (!verified.ok) throw accountProblem(verified.error);

  const { sub, name } = account;
  // A challenge is used once (WebAuthn Level 3 §13.4.3). The account can't store that: after it was deleted nothing is
  // left of it, and it must not be created again by the same ceremony.
  const until = ceremony.begunAt + CEREMONY_TTL + CLOCK_TOLERANCE;
  const isFirst = await consumeJti(c.env, { account: sub }, ceremony.challenge, until);
  if (!isFirst) throw new ProblemError("ceremony_expired", { reason: "ceremony_used" });
  const { secret, phone } = await newPhoneSecret(c);
  const credential = { ...verified.value, name: passkeyName(c) };
  // Called twice, because the challenge is used up: the request can't be repeated.
  const registered = await callTwice(() =>
    pipelined(accountStub(c.env, sub).passkeys()).register({ ...phone, name, credential }),
  );
  // This ceremony has created the account already.
  if (!registered.ok) throw new ProblemError("ceremony_expired", { reason: registered.error });
  return await startPhoneSession(c, { sub, name, secret }, 201);
});

account.post("/sign-in/options", async (c) => {
  await jsonBody(c, NoBody);
  const options = await signInOptions(c.var.config.issuer);
  await beginSignIn(c, options.challenge);
  return c.json({ options });
});

account.post("/sign-in", endCeremony(), async (c) => {
  const { response } = await jsonBody(c, SignInBody);
  const ceremony = await signInCeremony(c);
  const sub = accountNamedBy(response.response.userHandle);
  if (sub === undefined) {
    throw new ProblemError("passkey_invalid", { reason: "user_handle_malformed" });
  }
  const { secret, phone } = await newPhoneSecret(c);
  const own = pipelined(accountStub(c.env, sub).passkeys());
  const signedIn = await own.signIn({ ...phone, response, ceremony });
  if (!signedIn.ok) throw accountProblem(signedIn.error);
  return await startPhoneSession(c, { sub, name: signedIn.value.name, secret });
});

account.post("/sign-out", limitAccountRate(), async (c) => {
  await jsonBody(c, NoBody);
  await signOut(c);
  clearPhoneCookie(c);
  return c.body(null, 204);
});

account.all("/", methodNotAllowed("GET", "DELETE"));
for (const path of ["register", "register/options", "sign-in", "sign-in/options", "sign-out"]) {
  account.all(`/${path}`, methodNotAllowed("POST"));
}

function passkeysOn() {
  return createMiddleware<AppEnv>(async function passkeysOn(c, next) {
    if (!c.var.config.passkeys) throw new ProblemError("passkeys_off");
    await next();
  });
}

/** WebAuthn Level 3 §5.4.3: the user handle of a passkey is its account's `sub`. */
function accountNamedBy(userHandle: string): string | undefined {
  const sub = decodeBase64urlText(userHandle);
  return sub !== undefined && isAccountSubject(sub) ? sub : undefined;
}
