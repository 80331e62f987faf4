import { afterEach, describe, expect, it } from "vitest";
import { begin, problemOf, type Begun } from "../support/api.ts";
import { Owner, snapshotOf } from "../support/owner.ts";
import { restoreClock, setClock } from "../support/time.ts";

/** Somebody has recorded what the phone sent when its owner approved, and sends it again. */

afterEach(restoreClock);

/** A phone that has scanned, and the very approval that it would send. */
async function scanned() {
  const [owner, login] = [await Owner.signUp(), await begin()];
  const { scan_token } = await owner.scans(login);
  const approve = (to: Begun = login) => owner.sends(to, "approve", { scan_token });
  return { owner, login, scan_token, approve };
}

describe("a replayed approval", () => {
  it("approves nothing a second time: the login has its one code, and its one version", async () => {
    const { login, approve } = await scanned();
    expect((await approve()).status).toBe(200);
    const first = await snapshotOf(login);
    // It is answered as the first time, as for a phone whose answer was lost.
    expect((await approve()).status).toBe(200);
    expect(await snapshotOf(login)).toEqual(first);
  });

  it("is none of another phone or of another account, and tells them so", async () => {
    const { login, scan_token, approve } = await scanned();
    await approve();
    const stranger = await Owner.signUp("Grace");
    const answers = [
      await stranger.sends(login, "approve", { scan_token }),
      await stranger.sends(login, "approve", { scan_token: login.created.watch_token }),
      await stranger.sends(login, "deny", { scan_token }),
    ];
    for (const answer of answers) {
      expect(await problemOf(answer)).toEqual([409, "already_approved"]);
    }
  });

  it("approves once when the approval is sent twenty times at once [ATTACK-replayed-approval]", async () => {
    const { login, approve } = await scanned();
    const answers = await Promise.all(Array.from({ length: 20 }, () => approve()));
    expect(answers.every(({ status }) => status === 200)).toBe(true);
    expect((await snapshotOf(login)).version).toBe(3);
  });

  it("never approves another login with a replayed approval [ATTACK-replayed-approval/4]", async () => {
    const { approve } = await scanned();
    await approve();
    const [waiting, held] = [await begin(), await begin()];
    await (await Owner.signUp("Grace")).scans(held);
    expect(await problemOf(await approve(waiting))).toEqual([409, "not_scanned"]);
    expect(await problemOf(await approve(held))).toEqual([403, "scan_token_invalid"]);
    expect((await snapshotOf(waiting)).status).toBe("pending");
    expect((await snapshotOf(held)).status).toBe("scanned");
  });

  it("doesn't turn a refusal into an approval", async () => {
    const { owner, login, scan_token, approve } = await scanned();
    expect((await owner.sends(login, "deny", { scan_token })).status).toBe(200);
    expect(await problemOf(await approve())).toEqual([409, "already_denied"]);
    expect((await snapshotOf(login)).status).toBe("denied");
  });

  it("comes too late when the time is over", async () => {
    const { login, approve } = await scanned();
    setClock(Date.parse(login.created.expires_at));
    expect(await problemOf(await approve())).toEqual([410, "session_expired"]);
  });

  it("refuses an approval without the phone's cookie [ATTACK-replayed-approval/3]", async () => {
    const { owner, login, scan_token } = await scanned();
    owner.browser.cookies.clear();
    const answer = await owner.sends(login, "approve", { scan_token });
    expect(await problemOf(answer)).toEqual([401, "sign_in_required"]);
  });

  it("refuses an approval with a user name in the body [ATTACK-replayed-approval/2]", async () => {
    const { owner, login, scan_token } = await scanned();
    for (const claim of [{ sub: "pk_x" }, { user_id: "1" }, { account: { sub: "ada" } }]) {
      const answer = await owner.sends(login, "approve", { scan_token, ...claim });
      expect(await problemOf(answer)).toEqual([400, "invalid_request"]);
    }
    expect((await snapshotOf(login)).status).toBe("scanned");
  });
});
