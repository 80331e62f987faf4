import { runDurableObjectAlarm, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, describe, expect, it, vi } from "vitest";
import { Recovery } from "../../../src/accounts/recovery/recovery.ts";
import { parseRecoveryCode } from "../../../src/accounts/recovery/recovery-code.ts";
import { RECOVER_RETRY, recoveryCodesFor } from "../../../src/accounts/recovery/recovery-codes.ts";
import type { PasskeysResponse } from "../../../src/protocol/passkeys.ts";
import type { PhonesResponse } from "../../../src/protocol/phones.ts";
import { Authenticator } from "../../support/authenticator.ts";
import { storageOf } from "../../support/accounts.ts";
import { ISSUER, madeUp, problemOf } from "../../support/api.ts";
import { TestBrowser } from "../../support/test-browser.ts";
import { TestPhone } from "../../support/test-phone.ts";
import { restoreClock, setClock } from "../../support/time.ts";

afterEach(() => {
  vi.restoreAllMocks();
  restoreClock();
});

async function makeCode(phone: TestBrowser): Promise<string> {
  const answer = await phone.post("/account/recovery-code", {});
  expect(answer.status).toBe(201);
  return (await answer.json<{ recovery_code: string }>()).recovery_code;
}

const recover = (code: unknown, phone = new TestBrowser()) =>
  phone.post("/account/recover", { recovery_code: code });

/** The rows of the code's own object. */
async function keptOf(code: string): Promise<[string, unknown][]> {
  const { locator = "" } = parseRecoveryCode(code) ?? {};
  return await runInDurableObject(recoveryCodesFor(env, locator), (_, { storage }) => [
    ...storage.kv.list(),
  ]);
}

const madeAt = async (phone: TestBrowser) =>
  (await (await phone.get("/account/passkeys")).json<PasskeysResponse>()).recovery_code;

/** The same code with another last character. */
const wrong = (code: string) => code.slice(0, -1) + (code.endsWith("7") ? "8" : "7");

describe("a recovery code", () => {
  it("makes a recovery code of 25 characters, shows it once and stores its hash", async () => {
    const phone = await TestPhone.signUp();
    const { sub } = phone;
    const code = await makeCode(phone);
    expect(code).toMatch(/^([0-9A-HJKMNP-TV-Z]{5}-){4}[0-9A-HJKMNP-TV-Z]{5}$/);
    const secret = code.replaceAll("-", "").slice(10);
    expect(JSON.stringify([await storageOf(sub), await keptOf(code)])).not.toContain(secret);
    expect(await madeAt(phone)).toEqual({ made_at: expect.any(String) });
    expect((await phone.history())[0]).toMatchObject({ type: "recovery_code_made" });
  });

  it("signs a phone in by a recovery code and lets it add a passkey at once [ASVS-6.4.4]", async () => {
    const phone = await TestPhone.signUp();
    const { sub } = phone;
    const code = await makeCode(phone);
    const found = new TestBrowser();
    const answer = await recover(code.toLowerCase().replaceAll("-", " "), found);
    expect(answer.status).toBe(200);
    expect(await answer.json()).toEqual({ account: { sub, name: "Ada" } });
    expect(await found.whoAmI()).toMatchObject({ account: { sub } });
    const made = await found.post("/account/passkeys/options", {});
    const { options } = await made.json<{ options: Parameters<Authenticator["create"]>[0] }>();
    const authenticator = await Authenticator.make(ISSUER);
    const response = await authenticator.create(options);
    const added = await found.post("/account/passkeys", { name: "New phone", response });
    // The phone is bound to that passkey from now on.
    expect(await added.json()).toMatchObject({ passkey: { current: true, unconfirmed: true } });
    await phone.delete(`/account/passkeys/${authenticator.credentialId}`);
    expect(await found.whoAmI()).toMatchObject({ signed_in: false });
  });

  it("accepts a recovery code once", async () => {
    const phone = await TestPhone.signUp();
    const code = await makeCode(phone);
    expect((await recover(code)).status).toBe(200);
    const again = new TestBrowser();
    expect(await problemOf(await recover(code, again))).toEqual([403, "recovery_code_invalid"]);
    expect(await again.whoAmI()).toMatchObject({ signed_in: false });
    expect(await madeAt(phone)).toBeNull();
    await expect.poll(() => keptOf(code)).toEqual([]);
    expect((await phone.history()).map(({ type }) => type)).toContain("recovery_code_used");
  });

  it("keeps a recovery code valid when its account could not be reached", async () => {
    const phone = await TestPhone.signUp();
    const { sub } = phone;
    const code = await makeCode(phone);
    const reached = vi.spyOn(Recovery.prototype, "signIn");
    reached.mockRejectedValueOnce(new Error("The object was reset."));
    expect((await recover(code)).status).toBe(500);
    expect(await (await recover(code)).json()).toMatchObject({ account: { sub } });
  });

  it("accepts one of several simultaneous uses of a recovery code", async () => {
    const code = await makeCode(await TestPhone.signUp());
    const answers = await Promise.all([recover(code), recover(code), recover(code)]);
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
  });

  it("signs the same phone in again when it repeats its request within a minute, because the answer was lost", async () => {
    setClock(Date.now());
    const phone = await TestPhone.signUp();
    const recovery_code = await makeCode(phone);
    const retry_key = madeUp();
    const body = { recovery_code, retry_key };
    const start = Date.now();
    expect((await new TestBrowser().post("/account/recover", body)).status).toBe(200);
    setClock(start + RECOVER_RETRY - 1);
    const again = new TestBrowser();
    const repeated = await again.post("/account/recover", body);
    expect(await repeated.json()).toEqual({ account: { sub: phone.sub, name: "Ada" } });
    expect(await again.whoAmI()).toMatchObject({ signed_in: true });
    expect(await keptOf(recovery_code)).toHaveLength(1);
    const types = (await phone.history()).map(({ type }) => type);
    expect(types.filter((type) => type === "recovery_code_used")).toHaveLength(1);
    const listed = await (await phone.get("/account/phones")).json<PhonesResponse>();
    expect(listed.phones.filter(({ by }) => by === "recovery_code")).toHaveLength(1);
    setClock(start + RECOVER_RETRY);
    expect((await new TestBrowser().post("/account/recover", body)).status).toBe(403);
    const { locator = "" } = parseRecoveryCode(recovery_code) ?? {};
    expect(await runDurableObjectAlarm(recoveryCodesFor(env, locator))).toBe(true);
    expect(await keptOf(recovery_code)).toEqual([]);
  });

  it.each<[string, object]>([
    ["without the key", {}],
    ["with another key", { retry_key: madeUp() }],
  ])("refuses a used code %s, also within a minute", async (_, key) => {
    const phone = await TestPhone.signUp();
    const recovery_code = await makeCode(phone);
    const first = await new TestBrowser().post("/account/recover", {
      recovery_code,
      retry_key: madeUp(),
    });
    expect(first.status).toBe(200);
    const other = await new TestBrowser().post("/account/recover", { recovery_code, ...key });
    expect(await problemOf(other)).toEqual([403, "recovery_code_invalid"]);
  });

  it("refuses a repeated request once the phone has added a passkey, or was signed out", async () => {
    setClock(Date.now());
    const phone = await TestPhone.signUp();
    const withPasskey = { recovery_code: await makeCode(phone), retry_key: madeUp() };
    const recovered = new TestBrowser();
    await recovered.post("/account/recover", withPasskey);
    await recovered.addPasskey();
    const signedOut = { recovery_code: await makeCode(phone), retry_key: madeUp() };
    const second = new TestBrowser();
    await second.post("/account/recover", signedOut);
    await second.post("/account/sign-out", {});
    for (const body of [withPasskey, signedOut]) {
      const again = await new TestBrowser().post("/account/recover", body);
      expect(await problemOf(again)).toEqual([403, "recovery_code_invalid"]);
    }
  });

  it("replaces the previous recovery code [ASVS-6.5.6/2]", async () => {
    const phone = await TestPhone.signUp();
    const { sub } = phone;
    const [old, current] = [await makeCode(phone), await makeCode(phone)];
    expect(await keptOf(old)).toEqual([]);
    expect(await problemOf(await recover(old))).toEqual([403, "recovery_code_invalid"]);
    expect(await (await recover(current)).json()).toMatchObject({ account: { sub } });
  });

  it("rejects a recovery code that its account has replaced, even if its object still has it", async () => {
    const phone = await TestPhone.signUp();
    const old = await makeCode(phone);
    const [[, kept] = ["", undefined]] = await keptOf(old);
    await makeCode(phone);
    const { locator = "" } = parseRecoveryCode(old) ?? {};
    await runInDurableObject(recoveryCodesFor(env, locator), (_, { storage }) =>
      storage.kv.put("code", kept),
    );
    expect(await problemOf(await recover(old))).toEqual([403, "recovery_code_invalid"]);
  });
});

describe("a guess", () => {
  it("answers every wrong guess the same", async () => {
    const code = await makeCode(await TestPhone.signUp());
    const answers = await Promise.all(
      [wrong(code), `00000${code.slice(5)}`, "0".repeat(25), "x", ""].map(async (guess) => {
        const answer = await recover(guess);
        return [answer.status, await answer.text(), answer.headers.getSetCookie()];
      }),
    );
    for (const answer of answers) expect(answer).toEqual(answers[0]);
    expect((await recover(code)).status).toBe(200);
  });

  it("withdraws a recovery code after the fifth wrong guess, and records an attack", async () => {
    const phone = await TestPhone.signUp();
    const code = await makeCode(phone);
    for (let i = 0; i < 4; i++) await recover(wrong(code));
    expect(await madeAt(phone)).not.toBeNull();
    await recover(wrong(code));
    expect(await problemOf(await recover(code))).toEqual([403, "recovery_code_invalid"]);
    await vi.waitFor(async () => {
      expect(await madeAt(phone)).toBeNull();
      expect((await phone.history())[0]).toMatchObject({
        type: "attack",
        what: "recovery_code_guessed",
      });
    });
    await expect.poll(() => keptOf(code)).toEqual([]);
  });

  it("withdraws a guessed code from its account as soon as the account can be reached", async () => {
    const phone = await TestPhone.signUp();
    const code = await makeCode(phone);
    const told = vi.spyOn(Recovery.prototype, "withdrawGuessedCode");
    told.mockRejectedValueOnce(new Error("The object was reset."));
    for (let i = 0; i < 5; i++) await recover(wrong(code));
    await expect.poll(() => madeAt(phone)).toBeNull();
    expect(told).toHaveBeenCalledTimes(2);
    expect((await phone.history()).filter(({ type }) => type === "attack")).toHaveLength(1);
  });

  it("stores nothing for a guess at a code that does not exist", async () => {
    await recover("ZZZZZ-ZZZZZ-ZZZZZ-ZZZZZ-ZZZZZ");
    expect(await keptOf("ZZZZZ-ZZZZZ-ZZZZZ-ZZZZZ-ZZZZZ")).toEqual([]);
  });

  it("limits guesses at recovery codes to sixty a minute from one address", async () => {
    const phone = new TestBrowser();
    for (let i = 0; i < 60; i++) expect((await recover("x", phone)).status).toBe(403);
    expect(await problemOf(await recover("x", phone))).toEqual([429, "too_many_requests"]);
  });
});

describe("bad input", () => {
  it.each([
    ["no code", {}],
    ["a number", { recovery_code: 1 }],
    ["a code too long", { recovery_code: "0".repeat(101) }],
    ["an unknown member", { recovery_code: "x", sub: "pk_x" }],
  ])("rejects a recovery with %s", async (_, body) => {
    const answer = await new TestBrowser().post("/account/recover", body);
    expect(await problemOf(answer)).toEqual([400, "invalid_request"]);
  });

  it("rejects the right recovery code from another site", async () => {
    const code = await makeCode(await TestPhone.signUp());
    const evil = new TestBrowser();
    evil.headers["Origin"] = "https://evil.example";
    expect(await problemOf(await recover(code, evil))).toEqual([403, "origin_not_allowed"]);
    expect((await recover(code)).status).toBe(200);
  });

  it("rejects a body with members when a recovery code is made", async () => {
    const phone = await TestPhone.signUp();
    const answer = await phone.post("/account/recovery-code", { length: 4 });
    expect(await problemOf(answer)).toEqual([400, "invalid_request"]);
    expect(await madeAt(phone)).toBeNull();
  });
});
