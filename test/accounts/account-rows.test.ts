import { describe, expect, it } from "vitest";
import { PHONE_SESSION } from "../../src/accounts/account-rows.ts";
import { newPhoneSession } from "../../src/accounts/account-state.ts";

describe("stored phone sessions", () => {
  it("reads the method hwk of version 0 as pop, as no attestation proves hardware [ASVS-6.1.3/4]", () => {
    const amr = ["pop", "user", "mfa"];
    const device = { id: "phone", secretHash: "hash", device: {} };
    const session = newPhoneSession(device, { amr, by: "passkey" }, 0);
    const stored = { ...session, amr: ["hwk", "user", "mfa"] };
    expect(PHONE_SESSION.parse(stored)).toEqual(session);
  });
});
