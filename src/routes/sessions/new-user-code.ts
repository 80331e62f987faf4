import { randomString } from "../../lib/random.ts";
import { userCodesFor } from "../../user-codes/user-codes.ts";
import { formatUserCode, USER_CODE_ALPHABET, USER_CODE_LENGTH } from "../../protocol/user-code.ts";

/** Creates a typed code that no other session has, formatted for people: WDJB-MJHT. */
export async function newUserCode(env: Env, sessionId: string, expiresAt: number): Promise<string> {
  for (;;) {
    const code = randomString(USER_CODE_ALPHABET, USER_CODE_LENGTH);
    const registered = await userCodesFor(env, code).register(code, sessionId, expiresAt);
    if (registered) return formatUserCode(code);
  }
}
