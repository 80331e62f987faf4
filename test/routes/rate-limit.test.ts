import { describe, expect, it } from "vitest";
import { problemOf } from "../support/browser.ts";
import { person } from "../support/person.ts";

/** An office is one address: many people look at what is theirs, and few change it. */
describe("an address from which many ask for what is their own", () => {
  it.each(["devices", "history", "passkeys"])(
    "may look at %s as often as approve",
    async (what) => {
      const { phone } = await person();
      const looks = Array.from({ length: 100 }, () => phone.get(`/account/${what}`));
      const statuses = (await Promise.all(looks)).map(({ status }) => status);
      expect(new Set(statuses)).toEqual(new Set([200]));
    },
  );

  it("may not look without end, and can approve all the same", async () => {
    const { phone } = await person();
    const looks = Array.from({ length: 301 }, () => phone.get("/account/history"));
    const refused = (await Promise.all(looks)).filter(({ status }) => status !== 200);
    const [first] = refused;
    expect(refused).toHaveLength(1);
    expect(first && (await problemOf(first))).toEqual([429, "too_many_requests"]);
    const approval = await phone.post(`/sessions/${"x".repeat(43)}/approve`, {
      scan_token: "x".repeat(43),
    });
    expect(approval.status).not.toBe(429);
  });

  it("may not change things as often", async () => {
    const { phone } = await person();
    const changes = Array.from({ length: 61 }, () => phone.delete("/account/devices"));
    const statuses = (await Promise.all(changes)).map(({ status }) => status);
    expect(statuses).toContain(429);
  });
});
