import { Hono } from "hono";
import * as v from "valibot";
import { AccountName } from "../../accounts/account-name.ts";
import type { PasskeySummary } from "../../accounts/passkeys/passkey-manager.ts";
import { AttestationResponse } from "../../accounts/passkeys/passkey-schemas.ts";
import { registrationOptions, verifyRegistration } from "../../accounts/passkeys/verify-passkey.ts";
import type { PasskeyResponse, PasskeysResponse } from "../../protocol/responses.ts";
import type { AppEnv } from "../app-env.ts";
import { additionCeremony, beginAddition, endCeremony } from "./webauthn-challenge-cookie.ts";
import { eventContextOf } from "../middleware/request-context.ts";
import { methodNotAllowed } from "../middleware/method-not-allowed.ts";
import { passkeyName } from "./passkey-name.ts";
import { ProblemError } from "../middleware/problem-response.ts";
import { refusedAction } from "./refused-action.ts";
import { jsonBody, NoBody } from "../middleware/request-body.ts";
import { requireRecentSignIn, requirePhoneSession } from "./require-phone-session.ts";

/** The passkeys of an account: to see, to add, to name and to remove. */
export const passkeys = new Hono<AppEnv>();

const AdditionBody = v.strictObject({
  name: v.exactOptional(AccountName),
  response: AttestationResponse,
});
const NameBody = v.strictObject({ name: AccountName });

/** WebAuthn Level 3 §4, "credential ID": base64url of 1023 bytes at most. */
const ID = "/:id{[A-Za-z0-9_-]{1,1364}}";

passkeys.get("/", async (c) => {
  const { account, secretHash } = await requirePhoneSession(c);
  const { passkeys: known, recoveryCodeMadeAt: madeAt } =
    await account.authenticationMethods(secretHash);
  return c.json({
    passkeys: known.map((passkey) => answerOf(passkey, passkey.current)),
    recovery_code: madeAt === undefined ? null : { made_at: new Date(madeAt).toISOString() },
  } satisfies PasskeysResponse);
});

passkeys.post("/options", async (c) => {
  await jsonBody(c, NoBody);
  const phone = await requireRecentSignIn(c);
  const { passkeys: known, isFull } = await phone.account.authenticationMethods(phone.secretHash);
  // The account has the last word, but nobody should make a passkey for nothing.
  if (isFull) throw new ProblemError("too_many_passkeys");
  const options = await registrationOptions(c.var.config.issuer, phone, known);
  await beginAddition(c, options.challenge, phone);
  return c.json({ options });
});

passkeys.post("/", endCeremony(), async (c) => {
  const { name = passkeyName(c), response } = await jsonBody(c, AdditionBody);
  const { account, sub, secretHash } = await requirePhoneSession(c);
  const ceremony = await additionCeremony(c, { sub, secretHash });
  const verified = await verifyRegistration(response, ceremony);
  if (!verified.ok) throw new ProblemError("passkey_invalid");

  const phone = { secretHash, from: eventContextOf(c) };
  const added = await account.addPasskey({ ...verified.value, name }, ceremony.begunAt, phone);
  if (!added.ok) {
    throw refusedAction(added.error === "ceremony_used" ? "ceremony_expired" : added.error);
  }
  return c.json({ passkey: answerOf(added.value, added.value.current) }, 201);
});

passkeys.patch(ID, async (c) => {
  const { name } = await jsonBody(c, NameBody);
  const { account, secretHash } = await requirePhoneSession(c);
  const renamed = await account.renamePasskey(c.req.param("id"), name, secretHash);
  if (!renamed.ok) throw refusedAction(renamed.error);
  return c.body(null, 204);
});

passkeys.delete(ID, async (c) => {
  const { account, secretHash } = await requireRecentSignIn(c);
  const removed = await account.removePasskey(c.req.param("id"), secretHash);
  if (!removed.ok) throw refusedAction(removed.error);
  return c.body(null, 204);
});

passkeys.all("/", methodNotAllowed("GET", "POST"));
passkeys.all("/options", methodNotAllowed("POST"));
passkeys.all(ID, methodNotAllowed("PATCH", "DELETE"));

function answerOf(passkey: PasskeySummary, current: boolean): PasskeyResponse {
  const { id, name, createdAt, lastUsedAt, synced } = passkey;
  return {
    id,
    name,
    created_at: new Date(createdAt).toISOString(),
    last_used_at: new Date(lastUsedAt).toISOString(),
    synced,
    current,
  };
}
