import { describe, expect, it } from "vitest";
import { problemOf } from "../support/browser.ts";
import { person } from "../support/person.ts";
import { personAt } from "../support/places.ts";
import { sendTo, statusesOf, workerWithLimits } from "../support/rate-limits.ts";
import { workerWith } from "../support/relying-party.ts";

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
    const worker = workerWithLimits({ APPROVE_LIMIT: 10 });
    const { phone } = await personAt(undefined, worker);
    const looks = await statusesOf(11, () => phone.get("/account/history"));
    expect(looks).toEqual({ 200: 10, 429: 1 });
    const refused = await phone.get("/account/history");
    expect(await problemOf(refused)).toEqual([429, "too_many_requests"]);
    const approval = await phone.post(`/sessions/${"x".repeat(43)}/approve`, {
      scan_token: "x".repeat(43),
    });
    expect(approval.status).not.toBe(429);
  });

  it("may not change things as often", async () => {
    const worker = workerWithLimits({ ACCOUNT_LIMIT: 5 });
    const { phone } = await personAt(undefined, worker);
    // Registering took two.
    const changes = await statusesOf(5, () => phone.delete("/account/devices"));
    expect(changes).toEqual({ 204: 3, 429: 2 });
  });
});

describe("a page of a client that is refused", () => {
  it("may read that it is, and when to ask again", async () => {
    const worker = workerWithLimits(
      { CREATE_LIMIT: 0 },
      workerWith({ client_id: "app", allowed_origins: ["https://app.example"] }),
    );
    const headers = { Origin: "https://app.example", "Content-Type": "application/json" };
    const answer = await sendTo(worker, "/sessions", { method: "POST", headers, body: "{}" });
    expect(await problemOf(answer)).toEqual([429, "too_many_requests"]);
    expect(answer.headers.get("Retry-After")).toBe("60");
    expect(answer.headers.get("Access-Control-Allow-Origin")).toBe("https://app.example");
    expect(answer.headers.get("Access-Control-Expose-Headers")).toContain("Retry-After");
  });
});
