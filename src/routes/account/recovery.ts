import { Hono } from "hono";
import { accountStub, pipelined } from "../../accounts/account-stub.ts";
import {
  formatRecoveryCode,
  parseRecoveryCode,
  RECOVERY_ALPHABET,
  RECOVERY_LENGTH,
} from "../../accounts/recovery/recovery-code.ts";
import { recoveryCodesFor } from "../../accounts/recovery/recovery-codes.ts";
import { hmacSha256, sha256 } from "../../lib/digest.ts";
import { randomString, randomToken } from "../../lib/random.ts";
import { RecoverBody } from "../../protocol/account-requests.ts";
import type { RecoveryCodeResponse } from "../../protocol/passkeys.ts";
import type { AppEnv } from "../app-env.ts";
import { methodNotAllowed } from "../middleware/method-not-allowed.ts";
import { ProblemError } from "../middleware/problem-response.ts";
import { jsonBody, NoBody } from "../middleware/request-body.ts";
import { accountProblem } from "./account-problem.ts";
import { newPhoneSecret, startPhoneSession } from "./phone-session.ts";
import { requireRecentSignIn } from "./require-phone-session.ts";

/** The recovery code: a code on paper, for people who have lost all passkeys. */
export const recovery = new Hono<AppEnv>();

recovery.post("/recovery-code", async (c) => {
  await jsonBody(c, NoBody);
  const { account, sub, secretHash } = await requireRecentSignIn(c);
  for (;;) {
    const text = randomString(RECOVERY_ALPHABET, RECOVERY_LENGTH);
    const code = parseRecoveryCode(text);
    if (!code) throw new Error("a generated recovery code can't be parsed");
    const newCode = { sub, locator: code.locator, hash: await sha256(text) };
    const replaced = await pipelined(account.recovery()).replaceCode(newCode, secretHash);
    if (replaced.ok) {
      const body: RecoveryCodeResponse = { recovery_code: formatRecoveryCode(text) };
      return c.json(body, 201);
    }
    if (replaced.error !== "code_taken") throw accountProblem(replaced.error);
  }
});

/** Every wrong code gets the same error, so that probing reveals nothing. */
recovery.post("/recover", async (c) => {
  const { recovery_code, retry_key } = await jsonBody(c, RecoverBody);
  const code = parseRecoveryCode(recovery_code);
  if (!code) throw new ProblemError("recovery_code_invalid");
  const { locator, text } = code;
  const codes = recoveryCodesFor(c.env, locator);
  const checked = await codes.check(await sha256(text));
  if (!checked.ok) throw new ProblemError(checked.error);

  const sub = checked.value;
  const { secret, phone } = await newPhoneSecret(
    c,
    retry_key === undefined ? randomToken() : await hmacSha256(retry_key, `phone ${text}`),
  );
  const signedIn = await pipelined(accountStub(c.env, sub).recovery()).signIn(locator, phone);
  // The account has voided the code, so its object may delete it later.
  c.executionCtx.waitUntil(retry_key === undefined ? codes.delete() : codes.deleteAfterRetries());
  if (!signedIn.ok) throw accountProblem(signedIn.error);
  return await startPhoneSession(c, { sub, name: signedIn.value.name, secret });
});

for (const path of ["/recovery-code", "/recover"]) recovery.all(path, methodNotAllowed("POST"));
