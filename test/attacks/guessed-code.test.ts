import { afterEach, describe, expect, it } from "vitest";
import { encodeBase64url } from "../../src/lib/base64url.ts";
import { USER_CODE_ALPHABET } from "../../src/protocol/user-code.ts";
import { post, problemOf } from "../support/api.ts";
import { TestScreen } from "../support/test-screen.ts";
import { restoreClock, setClock } from "../support/time.ts";

/** An attacker tries codes until one is right. */

afterEach(restoreClock);

const type = (user_code: string, headers: Record<string, string>) =>
  post("/sessions/scan", { user_code }, headers);

/** A login with a typed code. */
async function beginToType(): Promise<{ login: TestScreen; userCode: string }> {
  const login = await TestScreen.begin();
  const userCode = login.created.user_code;
  if (userCode === undefined) throw new Error("there is no code to type");
  return { login, userCode };
}

/** Wrong codes that begin like the right one. */
function guesses(userCode: string, count: number): string[] {
  const right = userCode.replace("-", "");
  return Array.from(USER_CODE_ALPHABET)
    .flatMap((a) => Array.from(USER_CODE_ALPHABET, (b) => `${right.slice(0, 6)}${a}${b}`))
    .filter((code) => code !== right)
    .slice(0, count);
}

describe("a typed code that is guessed", () => {
  it("refuses every typed code from a network after ten wrong ones, even the right one [ATTACK-guessed-code]", async () => {
    const { login, userCode } = await beginToType();
    const thief = { "CF-Connecting-IP": "203.0.113.66" };
    for (const guess of guesses(userCode, 10)) {
      expect(await problemOf(await type(guess, thief))).toEqual([404, "user_code_unknown"]);
    }
    const right = await type(userCode, thief);
    expect(await problemOf(right)).toEqual([429, "too_many_tries"]);
    expect((await login.snapshot()).status).toBe("pending");

    // The owner, in another network, is not locked out.
    const owner = await type(userCode, { "CF-Connecting-IP": "203.0.113.7" });
    expect(owner.status).toBe(200);
  });

  it("counts wrong typed codes by the real address whatever the forwarding headers say [ATTACK-guessed-code/4]", async () => {
    const { userCode } = await beginToType();
    const codes = guesses(userCode, 10);
    const thief = (i: number) => ({
      "CF-Connecting-IP": "203.0.113.67",
      "X-Forwarded-For": `198.51.100.${i}`,
      "X-Real-IP": `198.51.100.${i}`,
      "True-Client-IP": `198.51.100.${i}`,
      Forwarded: `for=198.51.100.${i}`,
    });
    for (const [i, guess] of codes.entries()) await type(guess, thief(i));
    const right = await type(userCode, thief(99));
    expect(await problemOf(right)).toEqual([429, "too_many_tries"]);
  });

  it.each([
    ["as it is mostly written", (i: number) => `2001:db8:6:6::${i + 1}`],
    ["where the network's own part is zeros", (i: number) => `2001:db8::${i + 1}:0:0:1`],
    ["where zeros are left out on both sides", (i: number) => `2001:db8::${i + 0x66}`],
  ])(
    "refuses typed codes guessed from all addresses of one IPv6 network, %s [ATTACK-guessed-code/3]",
    async (_, address) => {
      const { userCode } = await beginToType();
      for (const [i, guess] of guesses(userCode, 10).entries()) {
        await type(guess, { "CF-Connecting-IP": address(i) });
      }
      const right = await type(userCode, { "CF-Connecting-IP": address(99) });
      expect(await problemOf(right)).toEqual([429, "too_many_tries"]);
    },
  );

  it("rejects a typed code after the expiry of its login", async () => {
    const { login, userCode } = await beginToType();
    setClock(Date.parse(login.created.expires_at));
    const answer = await type(userCode, { "CF-Connecting-IP": "203.0.113.68" });
    expect(await problemOf(answer)).toEqual([410, "session_expired"]);
  });
});

describe("the proof in a QR code that is guessed", () => {
  it("refuses every proof after ten wrong ones and keeps informing the watchers [ATTACK-guessed-code/2]", async () => {
    const { login } = await beginToType();
    const path = `/sessions/${login.created.session_id}/scan`;
    for (let i = 0; i < 10; i++) {
      const mac = encodeBase64url(crypto.getRandomValues(new Uint8Array(12)));
      expect(await problemOf(await post(path, { t: 0, mac }))).toEqual([403, "code_invalid"]);
    }
    const mac = encodeBase64url(crypto.getRandomValues(new Uint8Array(12)));
    expect(await problemOf(await post(path, { t: 0, mac }))).toEqual([429, "too_many_tries"]);
    expect(await login.snapshot()).toMatchObject({ status: "pending", version: 1 });
  });
});
