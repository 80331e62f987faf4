import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { accountStub, pipelined } from "../../../src/accounts/account-stub.ts";
import { parseRecoveryCode } from "../../../src/accounts/recovery/recovery-code.ts";
import { recoveryCodesFor } from "../../../src/accounts/recovery/recovery-codes.ts";
import { logIn, storageOf } from "../../support/accounts.ts";
import { madeUp, problemOf, redeem } from "../../support/api.ts";
import { approvedLink } from "../../support/linked-phone.ts";
import { RelyingParty } from "../../support/relying-party.ts";
import { TestBrowser } from "../../support/test-browser.ts";
import { TestPhone } from "../../support/test-phone.ts";

const NOTHING = { rows: [], alarm: null };

describe("deleting an account", () => {
  it("deletes every row, alarm, recovery code and cookie of an account [ASVS-7.4.2]", async () => {
    const phone = await TestPhone.signUp();
    const { authenticator, sub } = phone;
    const made = await phone.post("/account/recovery-code", {});
    const { recovery_code: code } = await made.json<{ recovery_code: string }>();
    const sid = await logIn(sub);
    const another = new TestBrowser();
    await another.signIn(authenticator);

    expect((await phone.delete("/account", {})).status).toBe(204);
    expect(await storageOf(sub)).toEqual(NOTHING);
    const { locator = "" } = parseRecoveryCode(code) ?? {};
    const kept = await runInDurableObject(recoveryCodesFor(env, locator), (_, { storage }) => [
      ...storage.kv.list(),
    ]);
    expect(kept).toEqual([]);

    expect(phone.cookies.size).toBe(0);
    expect(await another.whoAmI()).toMatchObject({ signed_in: false });
    expect(await accountStub(env, sub).isLoggedIn(sid)).toBe(false);
    const recovered = await new TestBrowser().post("/account/recover", { recovery_code: code });
    expect(await problemOf(recovered)).toEqual([403, "recovery_code_invalid"]);
    expect(await problemOf(await new TestBrowser().signIn(authenticator))).toEqual([
      403,
      "passkey_invalid",
    ]);
    expect(await storageOf(sub)).toEqual(NOTHING);
  });

  it("discards what arrives for a deleted account [ASVS-7.4.2/2]", async () => {
    const phone = await TestPhone.signUp();
    const { sub } = phone;
    const login = await new RelyingParty(env, "screen").approvedCode({}, { sub });
    const link = await approvedLink(sub);
    await phone.delete("/account", {});

    const tokens = await redeem(login.code);
    expect([tokens.status, await tokens.json()]).toMatchObject([400, { error: "invalid_grant" }]);
    const linked = await new TestBrowser().post("/account/link", {
      code: link,
      code_verifier: "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk",
    });
    expect(await problemOf(linked)).toEqual([403, "code_invalid"]);
    const account = accountStub(env, sub);
    await account.appendAuditEvent({ type: "attack", what: "code_reused" });
    await account.codeReused(madeUp(), "screen");
    expect(
      await pipelined(account.recovery()).replaceCode(
        { sub, locator: "LOCATOR000", hash: "x" },
        "phone",
      ),
    ).toEqual({ ok: false, error: "not_signed_in" });
    await pipelined(account.recovery()).withdrawGuessedCode("LOCATOR000");
    expect(await storageOf(sub)).toEqual(NOTHING);
  });

  it("deletes an account only for its owner", async () => {
    const phone = await TestPhone.signUp();
    const { sub } = phone;
    const before = await storageOf(sub);
    const stranger = new TestBrowser();
    expect(await problemOf(await stranger.delete("/account", {}))).toEqual([
      401,
      "sign_in_required",
    ]);
    stranger.cookies.set("__Host-phone", `${sub}.${madeUp()}`);
    expect(await problemOf(await stranger.delete("/account", {}))).toEqual([
      401,
      "sign_in_required",
    ]);
    expect(await problemOf(await phone.delete("/account", { sub }))).toEqual([
      400,
      "invalid_request",
    ]);
    expect(await problemOf(await phone.delete("/account"))).toEqual([
      415,
      "unsupported_media_type",
    ]);
    expect(await storageOf(sub)).toEqual(before);
  });
});
