import { describe, expect, it } from "vitest";
import type { ScannedSession, Session } from "../../../src/login-session/domain/session.ts";
import { phoneView, screenView } from "../../../src/login-session/domain/view.ts";
import { ADA, CREATED_AT, FACTS, sessionAfter } from "./sessions.ts";

describe("screenView", () => {
  it("shows the screen the state but no secret, phone or account [RFC7636-4.4]", () => {
    for (const session of [sessionAfter(), sessionAfter("scan"), sessionAfter("scan", "deny")]) {
      expect(screenView(session, "the code")).toEqual({
        session_id: FACTS.id,
        version: session.version,
        status: session.status,
        expires_at: "1970-01-01T00:18:40.000Z",
      });
    }
  });

  it("sends the screen the code only while the session is approved", () => {
    expect(screenView(sessionAfter("scan", "approve"), "the code").code).toBe("the code");
    expect(screenView(sessionAfter("scan", "approve", "redeem"), "the code").code).toBeUndefined();
  });

  it("gives the screen a code that ends with the sealed reference to the account", () => {
    const approved = sessionAfter("scan", "approve");
    if (approved.status !== "approved") throw new Error(approved.status);
    const approval = { ...approved.approval, accountReference: "sealed" };
    const redirect = { uri: "https://shop.example/", mode: "query", issuer: "i" } as const;
    const view = screenView({ ...approved, approval, redirect }, "the-code");
    expect(view.code).toBe("the-code.sealed");
    expect(view.redirect_to).toContain("code=the-code.sealed&");
  });

  it("sends the code to the redirect with state and iss (RFC 9207) [RFC6749-4.1.2/7]", () => {
    const redirect = {
      uri: "https://shop.example/back?a=1",
      state: "s p",
      mode: "query",
      issuer: "https://us.example",
    };
    const session = { ...sessionAfter("scan", "approve"), redirect } as Session;
    expect(screenView(session, "the code").redirect_to).toBe(
      "https://shop.example/back?a=1&code=the+code&state=s+p&iss=https%3A%2F%2Fus.example",
    );
  });

  it("sends the screen the form to post if the client asked for form_post", () => {
    const redirect = {
      uri: "https://shop.example/back",
      mode: "form_post",
      issuer: "https://us.example",
    };
    const session = { ...sessionAfter("scan", "approve"), redirect } as Session;
    const view = screenView(session, "the code");
    expect(view.redirect_to).toBeUndefined();
    expect(view.form_post).toEqual({
      action: "https://shop.example/back",
      parameters: { code: "the code", iss: "https://us.example" },
    });
  });
});

describe("screenView of a device", () => {
  it("sends a device the state but no code, which it has from the beginning", () => {
    const approved = sessionAfter("scan", "approve");
    const session = { ...approved, begunBy: { grant: "device_code" } } as Session;
    expect(screenView(session, "the code")).toEqual({
      session_id: FACTS.id,
      version: approved.version,
      status: "approved",
      expires_at: "1970-01-01T00:18:40.000Z",
    });
  });
});

describe("phoneView", () => {
  const looked = sessionAfter("scan", "view");
  const seen = (session: Session, account = ADA.account) =>
    phoneView(session as ScannedSession, account, CREATED_AT + 10);

  it("shows the phone no request before it is signed in, or for another account", () => {
    expect(seen(sessionAfter("scan"))).toBeUndefined();
    expect(seen(looked, { sub: "eve" })).toBeUndefined();
  });

  it("shows the phone that a device asks", () => {
    expect(seen(looked)?.grant).toBeUndefined();
    expect(seen({ ...looked, begunBy: { grant: "device_code" } } as Session)?.grant).toBe(
      "device_code",
    );
  });

  it("shows the phone the browser, location and time of the request", () => {
    expect(seen(looked)).toEqual({
      browser: "Firefox 140",
      city: "Graz",
      country: "AT",
      scope: "openid profile",
      consent: { access: "login", claims: ["sub"], expires_in: 600 },
      requested_at: "1970-01-01T00:16:40.000Z",
      risk: { verdict: "allow", reasons: [{ code: "same_city" }, { code: "first_login" }] },
      phone: ADA.device,
      repeats: 0,
    });
  });
});
