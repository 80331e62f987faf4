import { Hono } from "hono";
import type { PasskeySummary } from "../../accounts/account-rpc.ts";
import { pipelined } from "../../accounts/account-stub.ts";
import { defined } from "../../lib/defined.ts";
import { registrationOptions, verifyRegistration } from "../../accounts/passkeys/verify-passkey.ts";
import { AddPasskeyBody, RenamePasskeyBody } from "../../protocol/account-requests.ts";
import type { AddPasskeyResponse, Passkey, PasskeysResponse } from "../../protocol/passkeys.ts";
import type { AppEnv } from "../app-env.ts";
import { methodNotAllowed } from "../middleware/method-not-allowed.ts";
import { ProblemError } from "../middleware/problem-response.ts";
import { jsonBody, NoBody } from "../middleware/request-body.ts";
import { eventContextOf } from "../middleware/request-context.ts";
import { accountProblem } from "./account-problem.ts";
import { passkeyName } from "./passkey-name.ts";
import { requirePhoneSession, requireRecentSignIn } from "./require-phone-session.ts";
import { additionCeremony, beginAddition, endCeremony } from "./webauthn-challenge-cookie.ts";

/** The passkeys of an account: to list, to add, to rename and to remove. */
export const passkeys = new Hono<AppEnv>();

/** WebAuthn Level 3 §4, "credential ID": base64url of 1023 bytes at most. */
const ID = "/:id{[A-Za-z0-9_-]{1,1364}}";

passkeys.get("/", async (c) => {
  const { account, secretHash } = await requirePhoneSession(c);
  const methods = await pipelined(account.passkeys()).list(secretHash);
  const madeAt = methods.recoveryCodeMadeAt;
  return c.json({
    passkeys: methods.passkeys.map(toPasskey),
    phone_unconfirmed: methods.isPhoneUnconfirmed,
    recovery_code: madeAt === undefined ? null : { made_at: new Date(madeAt).toISOString() },
  } satisfies PasskeysResponse);
});

passkeys.post("/options", async (c) => {
  await jsonBody(c, NoBody);
  const phone = await requireRecentSignIn(c);
  const methods = await pipelined(phone.account.passkeys()).list(phone.secretHash);
  // Checked again when the passkey is added. Here it saves the user from making one in vain.
  if (methods.isFull) throw new ProblemError("too_many_passkeys");
  const options = await registrationOptions(c.var.config.issuer, phone, methods.passkeys);
  await beginAddition(c, options.challenge, phone);
  return c.json({ options });
});

passkeys.post("/", endCeremony(), async (c) => {
  const { name: chosenName, response } = await jsonBody(c, AddPasskeyBody);
  const { account, sub, secretHash } = await requirePhoneSession(c);
  const ceremony = await additionCeremony(c, { sub, secretHash });
  const verified = await verifyRegistration(response, ceremony);
  if (!verified.ok) throw accountProblem(verified.error);

  const phone = { secretHash, from: eventContextOf(c) };
  const added = await pipelined(account.passkeys()).add(
    { ...verified.value, name: passkeyName(c), ...defined({ chosenName }) },
    ceremony.begunAt,
    phone,
  );
  if (!added.ok) throw accountProblem(added.error);
  return c.json({ passkey: toPasskey(added.value) } satisfies AddPasskeyResponse, 201);
});

passkeys.patch(ID, async (c) => {
  const { name } = await jsonBody(c, RenamePasskeyBody);
  const { account, secretHash } = await requirePhoneSession(c);
  const own = pipelined(account.passkeys());
  const renamed = await own.rename(c.req.param("id"), name, secretHash);
  if (!renamed.ok) throw accountProblem(renamed.error);
  return c.body(null, 204);
});

passkeys.delete(ID, async (c) => {
  const { account, secretHash } = await requireRecentSignIn(c);
  const removed = await pipelined(account.passkeys()).remove(c.req.param("id"), secretHash);
  if (!removed.ok) throw accountProblem(removed.error);
  return c.body(null, 204);
});

passkeys.all("/", methodNotAllowed("GET", "POST"));
passkeys.all("/options", methodNotAllowed("POST"));
passkeys.all(ID, methodNotAllowed("PATCH", "DELETE"));

function toPasskey(summary: PasskeySummary): Passkey {
  const { createdAt, lastUsedAt, transports: _, ...passkey } = summary;
  return {
    ...passkey,
    created_at: new Date(createdAt).toISOString(),
    last_used_at: new Date(lastUsedAt).toISOString(),
  };
}
