import { afterEach, describe, expect, it } from "vitest";
import { CEREMONY_TTL } from "../../src/accounts/passkeys/verify-passkey.ts";
import { storageOf } from "../support/accounts.ts";
import { ISSUER, problemOf } from "../support/api.ts";
import { TestBrowser } from "../support/test-browser.ts";
import { Authenticator } from "../support/authenticator.ts";
import { restoreClock, setClock } from "../support/time.ts";

/** The registration of an account is replayed after the account was deleted. */

afterEach(restoreClock);

async function registered() {
  const phone = new TestBrowser();
  const authenticator = await Authenticator.make(ISSUER);
  const response = await authenticator.create(await phone.registrationOptions());
  const ceremony = phone.cookies.get("__Host-ceremony") ?? "";
  const answer = await phone.post("/account/register", { response });
  expect(answer.status).toBe(201);
  const { account } = await answer.json<{ account: { sub: string } }>();
  const replay = async () => {
    const again = new TestBrowser();
    again.cookies.set("__Host-ceremony", ceremony);
    return await again.post("/account/register", { response });
  };
  return { phone, sub: account.sub, replay };
}

describe("a registration ceremony", () => {
  it("creates no second account from one registration after the first was deleted [ATTACK-replayed-registration]", async () => {
    const { phone, sub, replay } = await registered();
    expect((await phone.delete("/account", {})).status).toBe(204);
    expect(await problemOf(await replay())).toEqual([400, "ceremony_expired"]);
    expect(await storageOf(sub)).toEqual({ rows: [], alarm: null });
  });

  it("creates no second account as long as the challenge is valid", async () => {
    const start = Date.now();
    setClock(start);
    const { phone, sub, replay } = await registered();
    expect((await phone.delete("/account", {})).status).toBe(204);
    for (const later of [CEREMONY_TTL - 1000, CEREMONY_TTL, CEREMONY_TTL + 60_000]) {
      setClock(start + later);
      expect(await problemOf(await replay())).toEqual([400, "ceremony_expired"]);
    }
    expect(await storageOf(sub)).toEqual({ rows: [], alarm: null });
  });

  it("creates one account when a registration is sent many times at once", async () => {
    const phone = new TestBrowser();
    const authenticator = await Authenticator.make(ISSUER);
    const response = await authenticator.create(await phone.registrationOptions());
    const ceremony = phone.cookies.get("__Host-ceremony") ?? "";
    const answers = await Promise.all(
      Array.from({ length: 8 }, () => {
        const copy = new TestBrowser();
        copy.cookies.set("__Host-ceremony", ceremony);
        return copy.post("/account/register", { response });
      }),
    );
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(1);
  });
});
