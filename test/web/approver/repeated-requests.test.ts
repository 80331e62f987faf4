import * as v from "valibot";
import { describe, expect, it } from "vitest";
import { get, remove } from "../../../src/web/approver/api.ts";
import {
  approve,
  byScanToken,
  deny,
  scan,
  type Proof,
  type Scanned,
} from "../../../src/web/approver/sessions.ts";
import {
  finish,
  LOST,
  notReady,
  ok,
  problem,
  SCAN_TOKEN,
  scanWith,
  sent,
  serverResponds,
  SESSION_ID,
  usePhonePage,
} from "./support/phone-page.ts";

usePhonePage();

const CLAIM = { session_id: SESSION_ID, scan_token: SCAN_TOKEN };

const ASSERTION: Proof = {
  assertion: {
    id: "a",
    rawId: "a",
    type: "public-key",
    clientExtensionResults: {},
    response: { clientDataJSON: "a", authenticatorData: "a", signature: "a" },
  },
};

/** `done`, or the code of the error. */
function outcome(request: Promise<unknown>): Promise<unknown> {
  return finish(
    request.then(
      () => "done",
      (error: unknown) => (error instanceof Error && "code" in error ? error.code : error),
    ),
  );
}

const alreadyApproved = problem(409, "already_approved");
const alreadyDenied = problem(409, "already_denied");
const alreadyUsed = problem(400, "ceremony_expired");

describe("a decision", () => {
  it("repeats a decision unchanged if the server was not ready or the response was lost", async () => {
    serverResponds(notReady, LOST, ok({ status: "approved" }));
    expect(await outcome(approve(CLAIM, { match: "47" }))).toBe("done");
    expect(sent).toHaveLength(3);
    for (const { body } of sent) expect(body).toEqual({ scan_token: SCAN_TOKEN, match: "47" });
  });

  it("reports success if a repeated decision had been applied the first time", async () => {
    serverResponds(LOST, alreadyApproved, LOST, alreadyDenied);
    expect(await outcome(approve(CLAIM, {}))).toBe("done");
    expect(await outcome(deny(CLAIM))).toBe("done");
  });

  it("reports a conflict if the session was decided elsewhere", async () => {
    serverResponds(alreadyDenied);
    expect(await outcome(deny(CLAIM))).toBe("already_denied");
    serverResponds(LOST, alreadyDenied);
    expect(await outcome(approve(CLAIM, {}))).toBe("already_denied");
  });

  it("loads the session again if a repeated assertion is refused", async () => {
    serverResponds(LOST, alreadyUsed, alreadyApproved);
    expect(await outcome(approve(CLAIM, ASSERTION))).toBe("done");
    expect(sent.map(({ path }) => path.split("/").at(-1))).toEqual(["approve", "approve", "scan"]);
    serverResponds(LOST, alreadyUsed, alreadyDenied);
    expect(await outcome(approve(CLAIM, ASSERTION))).toBe("ceremony_expired");
    serverResponds(alreadyUsed);
    expect(await outcome(approve(CLAIM, ASSERTION))).toBe("ceremony_expired");
  });
});

describe("a scan", () => {
  it("repeats a scan with the same scan token", async () => {
    serverResponds(notReady, ok(scanWith()));
    const link: Scanned = { by: "link", sessionId: SESSION_ID, t: 1, mac: "m".repeat(16) };
    expect(await outcome(scan(link))).toBe("done");
    expect(sent[0]?.body).toMatchObject({ new_scan_token: expect.stringMatching(/^[\w-]{43}$/) });
    expect(sent[1]?.body).toEqual(sent[0]?.body);
  });

  it("doesn't repeat a scan by token if there was no response", async () => {
    serverResponds(LOST);
    expect(await outcome(scan(byScanToken(CLAIM)))).toBe("network");
    expect(sent).toHaveLength(1);
  });
});

describe("a request of the account", () => {
  it("treats a 404 to a repeated removal as success", async () => {
    const unknown = problem(404, "device_unknown");
    serverResponds(notReady, unknown);
    expect(await outcome(remove("/account/devices/x"))).toBe("done");
    serverResponds(unknown);
    expect(await outcome(remove("/account/devices/x"))).toBe("device_unknown");
  });

  it("repeats a read if the server was not ready, but not after a refusal", async () => {
    serverResponds(notReady, ok({ a: 1 }));
    expect(await outcome(get("/account", v.object({ a: v.number() })))).toBe("done");
    serverResponds(problem(401, "sign_in_required"));
    expect(await outcome(get("/account", v.object({})))).toBe("sign_in_required");
    expect(sent).toHaveLength(3);
  });
});
