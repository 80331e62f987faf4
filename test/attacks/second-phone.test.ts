import { describe, expect, it } from "vitest";
import type { ScanResponse } from "../../src/protocol/responses.ts";
import { madeUp, problemOf } from "../support/api.ts";
import { TestPhone } from "../support/test-phone.ts";
import { TestScreen } from "../support/test-screen.ts";

/** Two phones scan one screen: the owner's and a stranger's. */

describe("a second phone that scans the same code", () => {
  it("refuses a second phone that scans a claimed login [ATTACK-second-phone]", async () => {
    const [owner, other] = [await TestPhone.signUp(), await TestPhone.signUp("Mallory")];
    const login = await TestScreen.begin();
    const { scan_token } = await owner.scan(login);

    const late = await other.send(login, "scan", await login.code());
    const said = await late.clone().text();
    expect(await problemOf(late)).toEqual([409, "already_scanned"]);
    for (const secret of [scan_token, owner.sub, "Ada"]) expect(said).not.toContain(secret);

    // A made-up scan token, one of another login, or an empty one.
    const elsewhere = (await other.scan(await TestScreen.begin())).scan_token;
    for (const wrong of [madeUp(), elsewhere, login.created.session_id, login.created.qr.key]) {
      for (const what of ["approve", "deny", "scan"]) {
        const answer = await other.send(login, what, { scan_token: wrong });
        expect(await problemOf(answer)).toEqual([403, "scan_token_invalid"]);
      }
    }
    expect((await login.snapshot()).status).toBe("scanned");
    // The owner sees that the code was scanned again, and continues.
    const { request } = await owner.view(login, scan_token);
    expect(request?.risk.reasons).toContainEqual({ code: "code_repeated", count: 1 });
    expect((await owner.approve(login, scan_token)).status).toBe(200);
  });

  it("lets one of ten phones that scan at the same moment approve [ATTACK-second-phone/2]", async () => {
    const login = await TestScreen.begin();
    const people = await Promise.all(Array.from({ length: 10 }, () => TestPhone.signUp()));
    const code = await login.code();
    const answers = await Promise.all(people.map((person) => person.send(login, "scan", code)));
    const winners = answers.filter((answer) => answer.status === 200);
    expect(winners).toHaveLength(1);
    const [token] = await Promise.all(winners.map((answer) => answer.json<ScanResponse>()));

    const won = answers.findIndex((answer) => answer.status === 200);
    const approvals = people.map(async (person, i) =>
      i === won
        ? (await person.approve(login, token?.scan_token ?? "")).status
        : (await person.send(login, "approve", { scan_token: madeUp() })).status,
    );
    expect((await Promise.all(approvals)).filter((status) => status === 200)).toHaveLength(1);
  });

  it("refuses a second phone that types the code", async () => {
    const [owner, other] = [await TestPhone.signUp(), await TestPhone.signUp("Mallory")];
    const login = await TestScreen.begin();
    await owner.scan(login);
    const typed = { user_code: login.created.user_code };
    const answer = await other.post("/sessions/scan", typed);
    expect(await problemOf(answer)).toEqual([409, "already_scanned"]);
  });
});
