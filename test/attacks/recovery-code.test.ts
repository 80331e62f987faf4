import { afterEach, describe, expect, it } from "vitest";
import { RECOVERY_ALPHABET } from "../../src/accounts/recovery/recovery-code.ts";
import { randomString } from "../../src/lib/random.ts";
import { storageOf } from "../support/accounts.ts";
import { problemOf } from "../support/api.ts";
import { TestBrowser } from "../support/test-browser.ts";
import { TestPhone } from "../support/test-phone.ts";
import { restoreClock, setClock } from "../support/time.ts";

/** An attacker knows a recovery code or a part of it, or guesses. */

afterEach(restoreClock);

async function withCode(): Promise<{ ada: TestPhone; code: string }> {
  const ada = await TestPhone.signUp();
  const answer = await ada.post("/account/recovery-code", {});
  const { recovery_code: code } = await answer.json<{ recovery_code: string }>();
  return { ada, code };
}

const tries = (recovery_code: string, thief = new TestBrowser()) =>
  thief.post("/account/recover", { recovery_code });

describe("a recovery code", () => {
  it("refuses a used recovery code and records the second use [ATTACK-recovery-code/2]", async () => {
    const { ada, code } = await withCode();
    expect((await tries(code)).status).toBe(200);
    const thief = new TestBrowser();
    expect(await problemOf(await tries(code, thief))).toEqual([403, "recovery_code_invalid"]);
    expect(await thief.whoAmI()).toMatchObject({ signed_in: false });
    const types = (await ada.history()).map(({ type }) => type);
    expect(types.filter((type) => type === "recovery_code_used")).toHaveLength(1);
  });

  it("signs in one phone when a recovery code is used ten times at once [ATTACK-recovery-code/3]", async () => {
    const { code } = await withCode();
    const answers = await Promise.all(Array.from({ length: 10 }, () => tries(code)));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
  });

  it("disables a recovery code after five wrong guesses of its end and records an attack [ATTACK-recovery-code]", async () => {
    const { ada, code } = await withCode();
    for (let i = 0; i < 5; i++) {
      const guess = code.slice(0, -5) + randomString(RECOVERY_ALPHABET, 5);
      expect(await problemOf(await tries(guess))).toEqual([403, "recovery_code_invalid"]);
    }
    expect(await problemOf(await tries(code))).toEqual([403, "recovery_code_invalid"]);
    const attack = { type: "attack", what: "recovery_code_guessed" };
    await expect.poll(() => ada.history()).toContainEqual(expect.objectContaining(attack));
    // Signed-in phones stay signed in.
    expect(await ada.whoAmI()).toMatchObject({ signed_in: true });
  });

  it("answers a guessed recovery code alike whether or not its beginning exists", async () => {
    const { code } = await withCode();
    const near = await tries(code.slice(0, -5) + "00000");
    const far = await tries(randomString(RECOVERY_ALPHABET, 25));
    expect([near.status, await near.text()]).toEqual([far.status, await far.text()]);
  });

  it("stores no recovery code in plain text [ATTACK-recovery-code/5]", async () => {
    const { ada, code } = await withCode();
    const stored = JSON.stringify((await storageOf(ada.sub)).rows);
    expect(stored).not.toContain(code);
    expect(stored).not.toContain(code.replaceAll("-", ""));
  });

  it("refuses to make a recovery code without a recent sign-in [ATTACK-recovery-code/4]", async () => {
    const ada = await TestPhone.signUp();
    setClock(Date.now() + 601_000);
    const answer = await ada.post("/account/recovery-code", {});
    expect(await problemOf(answer)).toEqual([403, "sign_in_again"]);
  });
});
