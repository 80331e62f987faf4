import { afterEach, expect, it } from "vitest";
import { REDEEM_RETRY } from "../../src/accounts/logins/redemption.ts";
import { begin, problemOf, VERIFIER } from "../support/api.ts";
import { Browser } from "../support/browser.ts";
import { Owner, snapshotOf } from "../support/owner.ts";
import { historyOf } from "../support/person.ts";
import { restoreClock, setClock } from "../support/time.ts";

afterEach(restoreClock);

/** The dearest prize: not one login, but a phone of the attacker's own that is signed in to the account. */

it("never signs in another phone by a tap or by digits alone [ATTACK-relayed-phone]", async () => {
  const [ada, login] = [await Owner.signUp(), await begin({ client_id: "phone" })];
  const { scan_token, client } = await ada.scans(login);
  expect(client.name).toBe("This site, on another phone");
  const tapped = await ada.sends(login, "approve", { scan_token });
  expect(await problemOf(tapped)).toEqual([403, "match_required"]);
  const { match } = await snapshotOf(login);
  const digits = match?.by === "phone" ? { match: match.digits } : {};
  const typed = await ada.sends(login, "approve", { scan_token, ...digits });
  expect(await problemOf(typed)).toEqual([403, "step_up_required"]);
});

it("a stranger's phone that was let in all the same is in the history, and is signed out when its code comes again later", async () => {
  const [ada, login, thief] = [
    await Owner.signUp(),
    await begin({ client_id: "phone" }),
    new Browser(),
  ];
  const { scan_token } = await ada.scans(login);
  await ada.approves(login, scan_token);
  const { code } = await snapshotOf(login);
  const link = { code, code_verifier: VERIFIER };
  expect((await thief.post("/account/link", link)).status).toBe(200);
  const types = (await historyOf(ada.browser)).map(({ type }) => type);
  expect(types).toContain("phone_linked");
  setClock(Date.now() + REDEEM_RETRY);
  expect((await new Browser().post("/account/link", link)).status).toBe(403);
  expect(await thief.whoAmI()).toMatchObject({ signed_in: false });
});
