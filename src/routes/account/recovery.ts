import { Hono } from "hono";
import * as v from "valibot";
import { accountStub } from "../../accounts/account-stub.ts";
import { recoveryCodesFor } from "../../accounts/recovery/recovery-codes.ts";
import {
  formatRecoveryCode,
  parseRecoveryCode,
  RECOVERY_ALPHABET,
  RECOVERY_LENGTH,
} from "../../accounts/recovery/recovery-code.ts";
import { sha256 } from "../../lib/digest.ts";
import { randomString } from "../../lib/random.ts";
import type { AppEnv } from "../app-env.ts";
import { methodNotAllowed } from "../middleware/method-not-allowed.ts";
import { startPhoneSession, newPhoneSecret } from "./phone-session.ts";
import { ProblemError } from "../middleware/problem-response.ts";
import { refusedAction } from "./refused-action.ts";
import { jsonBody, NoBody } from "../middleware/request-body.ts";
import { requireRecentSignIn } from "./require-phone-session.ts";

/** The way in for who has lost every passkey: a code on paper. */
export const recovery = new Hono<AppEnv>();

const RecoverBody = v.strictObject({ recovery_code: v.pipe(v.string(), v.maxLength(100)) });

recovery.post("/recovery-code", async (c) => {
  await jsonBody(c, NoBody);
  const { account, sub, secretHash } = await requireRecentSignIn(c);
  for (;;) {
    const text = randomString(RECOVERY_ALPHABET, RECOVERY_LENGTH);
    const code = parseRecoveryCode(text);
    if (!code) throw new Error("a code that was just drawn can't be read");
    const { locator } = code;
    const drawn = { sub, locator, hash: await sha256(text) };
    const kept = await account.replaceRecoveryCode(drawn, secretHash);
    if (kept.ok) return c.json({ recovery_code: formatRecoveryCode(text) }, 201);
    if (kept.error === "account_unknown") throw new ProblemError("sign_in_required");
    if (kept.error !== "code_taken") throw refusedAction(kept.error);
  }
});

/** Whatever is wrong with a code, the answer is the same: not a word on which part of it exists. */
recovery.post("/recover", async (c) => {
  const { recovery_code } = await jsonBody(c, RecoverBody);
  const code = parseRecoveryCode(recovery_code);
  if (!code) throw new ProblemError("recovery_code_invalid");
  const { locator, text } = code;
  const codes = recoveryCodesFor(c.env, locator);
  const checked = await codes.check(await sha256(text));
  if (!checked.ok) throw new ProblemError(checked.error);

  const sub = checked.value;
  const { secret, phone } = await newPhoneSecret(c);
  const recovered = await accountStub(c.env, sub).recover(locator, phone);
  // It counts no more, by the account's own word; what is kept of it has no hurry to go.
  c.executionCtx.waitUntil(codes.forget());
  if (!recovered.ok) throw new ProblemError("recovery_code_invalid");
  await startPhoneSession(c, sub, secret);
  return c.json({ account: { sub, name: recovered.value.name } });
});

for (const path of ["/recovery-code", "/recover"]) recovery.all(path, methodNotAllowed("POST"));
