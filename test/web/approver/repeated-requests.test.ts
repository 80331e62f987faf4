import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { get, remove } from "../../../src/web/approver/api.ts";
import { approve, deny, scan, type Proof } from "../../../src/web/approver/sessions.ts";
import * as v from "valibot";

/** The phone page, whose answers get lost on the way, or whose server was not ready. */

const CLAIM = { session_id: "s".repeat(43), scan_token: "t".repeat(43) };
const LOST = "lost";

const problem = (status: number, code: string) =>
  Response.json({ title: "No.", status, code }, { status });
const ok = (body: object) => () => Response.json(body);
const NOT_READY = () => problem(503, "temporarily_unavailable");

let sent: { path: string; method: string; body: string }[];

/** What the server answers, one after the other. */
function answers(...given: (typeof LOST | (() => Response))[]): void {
  vi.stubGlobal("fetch", (url: URL, { method = "GET", body }: RequestInit) => {
    sent.push({ path: url.pathname, method, body: typeof body === "string" ? body : "" });
    const answer = given[sent.length - 1];
    if (answer === undefined) throw new Error("asked too often");
    return answer === LOST ? Promise.reject(new TypeError("lost")) : Promise.resolve(answer());
  });
}

beforeEach(() => {
  sent = [];
  vi.useFakeTimers();
  vi.stubGlobal("location", { origin: "https://login.example" });
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

/** How it ended: nothing, or the code of what went wrong. */
async function outcome(made: Promise<unknown>): Promise<unknown> {
  const end = made.then(
    () => "done",
    (error: unknown) => (error instanceof Error && "code" in error ? error.code : error),
  );
  await vi.runAllTimersAsync();
  return await end;
}

const ASSERTION: Proof = {
  assertion: {
    id: "a",
    rawId: "a",
    type: "public-key",
    clientExtensionResults: {},
    response: { clientDataJSON: "a", authenticatorData: "a", signature: "a" },
  },
};

describe("a decision", () => {
  it("repeats a decision unchanged if the server was not ready or the response was lost", async () => {
    answers(NOT_READY, LOST, ok({ status: "approved" }));
    expect(await outcome(approve(CLAIM, { match: "47" }))).toBe("done");
    expect(new Set(sent.map(({ body }) => body)).size).toBe(1);
    expect(sent).toHaveLength(3);
  });

  it("reports success if a repeated decision had been applied the first time", async () => {
    answers(LOST, () => problem(409, "already_approved"));
    expect(await outcome(approve(CLAIM, {}))).toBe("done");
    sent = [];
    answers(LOST, () => problem(409, "already_denied"));
    expect(await outcome(deny(CLAIM))).toBe("done");
  });

  it("reports a conflict if the session was decided elsewhere", async () => {
    answers(() => problem(409, "already_denied"));
    expect(await outcome(deny(CLAIM))).toBe("already_denied");
    sent = [];
    answers(LOST, () => problem(409, "already_denied"));
    expect(await outcome(approve(CLAIM, {}))).toBe("already_denied");
  });

  it("loads the session again if a repeated assertion is refused", async () => {
    const used = () => problem(400, "ceremony_expired");
    answers(LOST, used, () => problem(409, "already_approved"));
    expect(await outcome(approve(CLAIM, ASSERTION))).toBe("done");
    expect(sent.map(({ path }) => path.split("/").at(-1))).toEqual(["approve", "approve", "scan"]);
    sent = [];
    answers(LOST, used, () => problem(409, "already_denied"));
    expect(await outcome(approve(CLAIM, ASSERTION))).toBe("ceremony_expired");
    sent = [];
    answers(used);
    expect(await outcome(approve(CLAIM, ASSERTION))).toBe("ceremony_expired");
  });
});

describe("a scan", () => {
  it("repeats a scan with the same scan token", async () => {
    const scanned = { session_id: CLAIM.session_id, scan_token: CLAIM.scan_token };
    const answer = { ...scanned, client: { client_id: "a", name: "A" }, expires_at: "" };
    answers(NOT_READY, ok(answer));
    const link = { by: "link", sessionId: CLAIM.session_id, t: 1, mac: "m".repeat(16) } as const;
    expect(await outcome(scan(link))).toBe("done");
    expect(sent[0]?.body).toContain("new_scan_token");
    expect(sent[1]?.body).toBe(sent[0]?.body);
  });

  it("doesn't repeat a scan by token if there was no response", async () => {
    answers(LOST);
    const { session_id: sessionId, scan_token: scanToken } = CLAIM;
    expect(await outcome(scan({ by: "scan_token", sessionId, scanToken }))).toBe("network");
  });
});

describe("what is removed, or only looked at", () => {
  it("treats a 404 to a repeated removal as success", async () => {
    answers(NOT_READY, () => problem(404, "device_unknown"));
    expect(await outcome(remove("/account/devices/x"))).toBe("done");
    sent = [];
    answers(() => problem(404, "device_unknown"));
    expect(await outcome(remove("/account/devices/x"))).toBe("device_unknown");
  });

  it("repeats a read if the server was not ready, but not after a refusal", async () => {
    answers(NOT_READY, ok({ a: 1 }));
    expect(await outcome(get("/account", v.object({ a: v.number() })))).toBe("done");
    sent = [];
    answers(() => problem(401, "sign_in_required"));
    expect(await outcome(get("/account", v.object({})))).toBe("sign_in_required");
    expect(sent).toHaveLength(1);
  });
});
