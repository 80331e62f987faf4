import { describe, expect, it } from "vitest";
import { describeEvent } from "../../../../../src/web/approver/account/history/describe-event.ts";
import { ACCOUNT } from "../../../../../src/web/ui/texts.ts";

describe("describeEvent", () => {
  const at = "2026-11-24T16:05:00.000Z";
  const described = (entry: object) => describeEvent({ at, type: "login", ...entry }, "en");

  it.each(Object.keys(ACCOUNT.history.events))(
    "describes an event of type %s of which nothing else is known",
    (type) => {
      expect(described({ type })).toMatch(/^[A-Z].*\.$/);
      expect(described({ type })).not.toMatch(/undefined|\s[.:,]/);
    },
  );

  it("describes an event with its client, device and name", () => {
    const device = { browser: "Firefox 144", system: "macOS 15" };
    expect(described({ client: { client_id: "shop", name: "The Shop" }, ...device })).toBe(
      "You logged in to The Shop on Firefox 144 on macOS 15.",
    );
    expect(described({ type: "passkey_renamed", name: "My phone" })).toContain("“My phone”");
  });

  it("describes a login of another phone without its client's name", () => {
    const client = { client_id: "phone", name: "This site, on another phone" };
    expect(described({ type: "login_declined", client })).toBe(
      "You declined a login to another phone.",
    );
  });

  it("names the reasons against a login and omits those in its favour", () => {
    const reasons = [{ code: "another_country" }, { code: "same_city" }, { code: "many_tries" }];
    expect(described({ type: "login_refused", reasons })).toBe(
      "A login to a site was refused: the screen was in another country and many wrong codes were tried.",
    );
  });

  it.each(["recovery_code_guessed", "refresh_token_reused", "code_reused"])(
    "describes the attack %s in words",
    (what) => expect(described({ type: "attack", what })).not.toContain("_"),
  );

  it("describes an unknown event by its type, also if it is a property of Object.prototype", () => {
    expect(described({ type: "moon_landing" })).toBe(ACCOUNT.history.other("moon_landing"));
    expect(described({ type: "toString" })).toBe(ACCOUNT.history.other("toString"));
    expect(described({ type: "login_refused", reasons: [{ code: "constructor" }] })).toBe(
      described({ type: "login_refused" }),
    );
  });
});
