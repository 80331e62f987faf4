import { describe, expect, it, vi } from "vitest";
import { problemOf, VERIFIER, withClients } from "../support/api.ts";
import { RelyingParty } from "../support/relying-party.ts";
import { CALLBACK, REQUEST, SHOP } from "../support/authorization.ts";

/**
 * An attacker uses a client's name with a redirect URI of their own, at every endpoint that
 * accepts one.
 */

// Rejected codes are logged.
vi.spyOn(console, "warn").mockImplementation(() => undefined);

const shop = new RelyingParty(withClients(SHOP), "shop");

const ADDRESSES: [string, string][] = [
  ["an unregistered one", "https://evil.example/back"],
  ["a look-alike host", "https://shop.example.evil.example/back"],
  ["our client's name as a user's", "https://shop.example@evil.example/back"],
  ["our client's name as a password's", "https://shop.example:x@evil.example/back"],
  ["a look-alike letter", "https://shоp.example/back"],
  ["another subdomain", "https://www.shop.example/back"],
  ["another path", "https://shop.example/back/../../evil"],
  ["a deeper path", `${CALLBACK}/evil`],
  ["a slash more", `${CALLBACK}/`],
  ["an encoded slash", "https://shop.example%2Fback"],
  ["an encoded path", "https://shop.example/%62ack"],
  ["another case", "https://SHOP.example/back"],
  ["an open redirector's query", `${CALLBACK}?next=https://evil.example`],
  ["a fragment", `${CALLBACK}#evil`],
  ["http", CALLBACK.replace("https", "http")],
  ["a port", "https://shop.example:8443/back"],
  ["the port that is meant anyway", "https://shop.example:443/back"],
  ["a backslash", "https://shop.example\\@evil.example/back"],
  ["a tab in it", "https://shop.exa\tmple/back"],
  ["a line in it", `${CALLBACK}\r\nLocation: https://evil.example`],
  ["a space before", ` ${CALLBACK}`],
  ["no scheme", "//evil.example/back"],
  ["a script", "javascript:alert(1)"],
  ["a document", "data:text/html,<script>alert(1)</script>"],
  ["nothing", ""],
];

describe.each(ADDRESSES)("the unregistered redirect URI %s", (_, redirect_uri) => {
  it("never redirects from /authorize to an unregistered address, by GET or POST [ATTACK-evil-redirect]", async () => {
    const request = new URLSearchParams({ ...REQUEST, redirect_uri, state: "s" });
    const errors = new URLSearchParams({ ...REQUEST, redirect_uri, response_type: "token" });
    for (const parameters of [request, errors]) {
      for (const answer of [
        await shop.request(`/authorize?${parameters.toString()}`),
        await shop.request("/authorize", { method: "POST", body: parameters }),
      ]) {
        expect(answer.status).toBe(400);
        expect(answer.headers.get("Location")).toBeNull();
        // The error page does not contain the URI either.
        expect(await answer.text()).not.toContain("evil");
      }
    }
  });

  it("refuses a pushed request with an unregistered redirect URI", async () => {
    const pushed = await shop.post("/par", { ...REQUEST, redirect_uri });
    expect(pushed.status).toBe(400);
    expect(await pushed.json()).not.toHaveProperty("request_uri");
  });

  it("refuses a session with an unregistered redirect URI", async () => {
    const answer = await shop.request("/sessions", {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({
        client_id: "shop",
        code_challenge: REQUEST.code_challenge,
        code_challenge_method: "S256",
        redirect_uri,
      }),
    });
    expect(answer.status).toBe(400);
    expect(answer.headers.get("Set-Cookie")).toBeNull();
  });

  it("rejects a code with another redirect URI than it was sent to", async () => {
    const { code } = await shop.approvedCode({ redirect_uri: CALLBACK });
    const grant = { grant_type: "authorization_code", code, code_verifier: VERIFIER };
    // An empty value counts as omitted (RFC 6749 §3.1), and this client has only one redirect URI.
    if (redirect_uri !== "") {
      const answer = await shop.post("/token", { ...grant, redirect_uri });
      expect(await problemOf(answer)).toEqual([400, "invalid_grant"]);
    }
    expect((await shop.post("/token", { ...grant, redirect_uri: CALLBACK })).status).toBe(200);
  });

  it("never redirects to an unregistered address after a logout [ATTACK-evil-redirect/2]", async () => {
    const query = new URLSearchParams({ post_logout_redirect_uri: redirect_uri });
    const answer = await shop.request(`/end_session?${query.toString()}`);
    expect(answer.headers.get("Location")).toBeNull();
  });
});

it("redirects to the registered URI for the same request", async () => {
  const request = new URLSearchParams({ ...REQUEST, state: "s" });
  expect((await shop.request(`/authorize?${request.toString()}`)).status).toBe(200);
  const refused = new URLSearchParams({ ...REQUEST, response_type: "token" });
  const { headers } = await shop.request(`/authorize?${refused.toString()}`);
  expect(headers.get("Location")).toMatch(/^https:\/\/shop\.example\/back\?error=/);
});
