import { afterEach, describe, expect, it } from "vitest";
import { problemOf } from "../support/api.ts";
import { TestPhone } from "../support/test-phone.ts";
import { TestScreen } from "../support/test-screen.ts";
import { restoreClock, setClock } from "../support/time.ts";

/** An attacker replays a recorded approval. */

afterEach(restoreClock);

/** A phone that has scanned, and its approval request. */
async function scanned() {
  const [owner, login] = [await TestPhone.signUp(), await TestScreen.begin()];
  const { scan_token } = await owner.scan(login);
  const approve = (to: TestScreen = login) => owner.send(to, "approve", { scan_token });
  return { owner, login, scan_token, approve };
}

describe("a replayed approval", () => {
  it("changes neither code nor version for a replayed approval", async () => {
    const { login, approve } = await scanned();
    expect((await approve()).status).toBe(200);
    const first = await login.snapshot();
    // A repetition gets the first response, as the phone may have lost it.
    expect((await approve()).status).toBe(200);
    expect(await login.snapshot()).toEqual(first);
  });

  it("refuses an approval replayed by another phone or another account", async () => {
    const { login, scan_token, approve } = await scanned();
    await approve();
    const stranger = await TestPhone.signUp("Grace");
    const answers = [
      await stranger.send(login, "approve", { scan_token }),
      await stranger.send(login, "approve", { scan_token: login.created.watch_token }),
      await stranger.send(login, "deny", { scan_token }),
    ];
    for (const answer of answers) {
      expect(await problemOf(answer)).toEqual([409, "already_approved"]);
    }
  });

  it("approves once when the approval is sent twenty times at once [ATTACK-replayed-approval]", async () => {
    const { login, approve } = await scanned();
    const answers = await Promise.all(Array.from({ length: 20 }, () => approve()));
    expect(answers.every(({ status }) => status === 200)).toBe(true);
    expect((await login.snapshot()).version).toBe(3);
  });

  it("never approves another login with a replayed approval [ATTACK-replayed-approval/4]", async () => {
    const { approve } = await scanned();
    await approve();
    const [waiting, held] = [await TestScreen.begin(), await TestScreen.begin()];
    await (await TestPhone.signUp("Grace")).scan(held);
    expect(await problemOf(await approve(waiting))).toEqual([409, "not_scanned"]);
    expect(await problemOf(await approve(held))).toEqual([403, "scan_token_invalid"]);
    expect((await waiting.snapshot()).status).toBe("pending");
    expect((await held.snapshot()).status).toBe("scanned");
  });

  it("refuses an approval of a denied login", async () => {
    const { owner, login, scan_token, approve } = await scanned();
    expect((await owner.send(login, "deny", { scan_token })).status).toBe(200);
    expect(await problemOf(await approve())).toEqual([409, "already_denied"]);
    expect((await login.snapshot()).status).toBe("denied");
  });

  it("refuses an approval replayed after the expiry", async () => {
    const { login, approve } = await scanned();
    setClock(Date.parse(login.created.expires_at));
    expect(await problemOf(await approve())).toEqual([410, "session_expired"]);
  });

  it("refuses an approval without the phone's cookie [ATTACK-replayed-approval/3]", async () => {
    const { owner, login, scan_token } = await scanned();
    owner.cookies.clear();
    const answer = await owner.send(login, "approve", { scan_token });
    expect(await problemOf(answer)).toEqual([401, "sign_in_required"]);
  });

  it("refuses an approval with a user name in the body [ATTACK-replayed-approval/2]", async () => {
    const { owner, login, scan_token } = await scanned();
    for (const claim of [{ sub: "pk_x" }, { user_id: "1" }, { account: { sub: "ada" } }]) {
      const answer = await owner.send(login, "approve", { scan_token, ...claim });
      expect(await problemOf(answer)).toEqual([400, "invalid_request"]);
    }
    expect((await login.snapshot()).status).toBe("scanned");
  });
});
