import { afterEach, expect, it } from "vitest";
import { REDEEM_RETRY } from "../../src/accounts/logins/redemption.ts";
import { problemOf, VERIFIER } from "../support/api.ts";
import { TestBrowser } from "../support/test-browser.ts";
import { TestPhone } from "../support/test-phone.ts";
import { TestScreen } from "../support/test-screen.ts";
import { restoreClock, setClock } from "../support/time.ts";

afterEach(restoreClock);

/** An attacker relays the code of a new phone, to get a phone that is signed in to the account. */

it("never signs in another phone by a tap or by digits alone [ATTACK-relayed-phone]", async () => {
  const [ada, login] = [await TestPhone.signUp(), await TestScreen.begin({ client_id: "phone" })];
  const { scan_token, client } = await ada.scan(login);
  expect(client.name).toBe("This site, on another phone");
  const tapped = await ada.send(login, "approve", { scan_token });
  expect(await problemOf(tapped)).toEqual([403, "match_required"]);
  const { match } = await login.snapshot();
  const digits = match?.by === "phone" ? { match: match.digits } : {};
  const typed = await ada.send(login, "approve", { scan_token, ...digits });
  expect(await problemOf(typed)).toEqual([403, "step_up_required"]);
});

it("records a linked phone in the history and signs it out when its code is redeemed again", async () => {
  const [ada, login, thief] = [
    await TestPhone.signUp(),
    await TestScreen.begin({ client_id: "phone" }),
    new TestBrowser(),
  ];
  const { scan_token } = await ada.scan(login);
  await ada.approve(login, scan_token);
  const { code } = await login.snapshot();
  const link = { code, code_verifier: VERIFIER };
  expect((await thief.post("/account/link", link)).status).toBe(200);
  const types = (await ada.history()).map(({ type }) => type);
  expect(types).toContain("phone_linked");
  setClock(Date.now() + REDEEM_RETRY);
  expect((await new TestBrowser().post("/account/link", link)).status).toBe(403);
  expect(await thief.whoAmI()).toMatchObject({ signed_in: false });
});
