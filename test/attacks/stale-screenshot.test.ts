import { afterEach, describe, expect, it } from "vitest";
import { api, post, problemOf } from "../support/api.ts";
import { TestPhone } from "../support/test-phone.ts";
import { TestScreen } from "../support/test-screen.ts";
import { restoreClock, setClock } from "../support/time.ts";

/** An attacker has a photograph of the screen. */

afterEach(restoreClock);

/** A photographed code. */
async function photographed() {
  const login = await TestScreen.begin();
  return { login, taken: Date.now(), picture: await login.code() };
}

describe("a screenshot of the code", () => {
  it("rejects a photographed code after fifteen seconds [ATTACK-stale-screenshot]", async () => {
    const { login, taken, picture } = await photographed();
    const thief = await TestPhone.signUp("Mallory");
    setClock(taken + 15_000);
    expect(await problemOf(await thief.send(login, "scan", picture))).toEqual([403, "code_stale"]);
    expect(await login.snapshot()).toMatchObject({ status: "pending", version: 1 });

    const owner = await TestPhone.signUp();
    const { scan_token } = await owner.scan(login, 15_000);
    expect((await owner.approve(login, scan_token)).status).toBe(200);
  });

  it("rejects an old proof with a newer time step [ATTACK-stale-screenshot/3]", async () => {
    const { login, taken, picture } = await photographed();
    setClock(taken + 15_000);
    const path = `/sessions/${login.created.session_id}/scan`;
    const renumbered = { ...picture, t: (await login.code(15_000)).t };
    expect(await problemOf(await post(path, renumbered))).toEqual([403, "code_invalid"]);
    expect((await login.snapshot()).status).toBe("pending");
  });

  it("rejects a code of another login of the same client [ATTACK-stale-screenshot/4]", async () => {
    const { picture } = await photographed();
    const other = await TestScreen.begin();
    const path = `/sessions/${other.created.session_id}/scan`;
    expect(await problemOf(await post(path, picture))).toEqual([403, "code_invalid"]);
  });

  it("gives the holder of a photographed code neither the state nor the authorization code [ATTACK-stale-screenshot/2]", async () => {
    const { login, picture } = await photographed();
    const { session_id } = login.created;
    for (const token of [session_id, picture.mac, `${session_id}.${picture.t}.${picture.mac}`]) {
      const headers = { Authorization: `Bearer ${token}` };
      const answer = await api(`/sessions/${session_id}`, { headers });
      expect(answer.status).toBe(401);
    }
  });
});
