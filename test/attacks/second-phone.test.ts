import { describe, expect, it } from "vitest";
import type { ScanResponse } from "../../src/protocol/responses.ts";
import { begin, codeOf, madeUp, problemOf } from "../support/api.ts";
import { Owner, snapshotOf } from "../support/owner.ts";

/** Two phones before one screen: the one of whoever wants to log in, and somebody else's. */

describe("a second phone that scans the same code", () => {
  it("refuses a second phone that scans a claimed login [ATTACK-second-phone]", async () => {
    const [owner, other] = [await Owner.signUp(), await Owner.signUp("Mallory")];
    const login = await begin();
    const { scan_token } = await owner.scans(login);

    const late = await other.sends(login, "scan", await codeOf(login));
    const said = await late.clone().text();
    expect(await problemOf(late)).toEqual([409, "already_scanned"]);
    for (const secret of [scan_token, owner.sub, "Ada"]) expect(said).not.toContain(secret);

    // A token of its own making, of another login, or none that it could have seen on the screen.
    const elsewhere = (await other.scans(await begin())).scan_token;
    for (const wrong of [madeUp(), elsewhere, login.created.session_id, login.created.qr.key]) {
      for (const what of ["approve", "deny", "scan"]) {
        const answer = await other.sends(login, what, { scan_token: wrong });
        expect(await problemOf(answer)).toEqual([403, "scan_token_invalid"]);
      }
    }
    expect((await snapshotOf(login)).status).toBe("scanned");
    // The owner is told that somebody else scanned it too, and goes on.
    const { request } = await owner.looks(login, scan_token);
    expect(request?.risk.reasons).toContainEqual({ code: "code_repeated", count: 1 });
    expect((await owner.approves(login, scan_token)).status).toBe(200);
  });

  it("lets one of ten phones that scan at the same moment approve [ATTACK-second-phone/2]", async () => {
    const login = await begin();
    const people = await Promise.all(Array.from({ length: 10 }, () => Owner.signUp()));
    const code = await codeOf(login);
    const answers = await Promise.all(people.map((person) => person.sends(login, "scan", code)));
    const winners = answers.filter((answer) => answer.status === 200);
    expect(winners).toHaveLength(1);
    const [token] = await Promise.all(winners.map((answer) => answer.json<ScanResponse>()));

    const won = answers.findIndex((answer) => answer.status === 200);
    const approvals = people.map(async (person, i) =>
      i === won
        ? (await person.approves(login, token?.scan_token ?? "")).status
        : (await person.sends(login, "approve", { scan_token: madeUp() })).status,
    );
    expect((await Promise.all(approvals)).filter((status) => status === 200)).toHaveLength(1);
  });

  it("that types the code instead is as late", async () => {
    const [owner, other] = [await Owner.signUp(), await Owner.signUp("Mallory")];
    const login = await begin();
    await owner.scans(login);
    const typed = { user_code: login.created.user_code };
    const answer = await other.browser.post("/sessions/scan", typed);
    expect(await problemOf(answer)).toEqual([409, "already_scanned"]);
  });
});
