import { beforeAll, describe, expect, it } from "vitest";
import { api, ISSUER, problemOf, withClients } from "../support/api.ts";
import { RelyingParty } from "../support/relying-party.ts";
import { TestPhone } from "../support/test-phone.ts";
import { TestScreen } from "../support/test-screen.ts";

/**
 * Another site makes the browser of a signed-in phone send an approval. The attacker has a scan
 * token of their own login; the cookie is sent along, as in a browser without SameSite.
 */

const SHOP = "https://shop.example";

let ada: TestPhone;
beforeAll(async () => {
  ada = await TestPhone.signUp();
});

/** The attacker's login, scanned by a phone that is not signed in. */
async function attackersLogin(): Promise<{ login: TestScreen; scan_token: string }> {
  const [login, mallory] = [await TestScreen.begin(), await TestPhone.signUp("Mallory")];
  return { login, ...(await mallory.scan(login)) };
}

/** The request that the site makes the owner's browser send. */
function forged(login: TestScreen, headers: HeadersInit, body: BodyInit | null): Promise<Response> {
  const all = new Headers(headers);
  all.set("Cookie", `__Host-phone=${ada.cookies.get("__Host-phone")}`);
  return api(`/sessions/${login.created.session_id}/approve`, {
    method: "POST",
    headers: all,
    body,
  });
}

describe("a cross-site approval", () => {
  it.each<[string, Record<string, string>]>([
    ["another site", { Origin: "https://evil.example", "Sec-Fetch-Site": "cross-site" }],
    ["another site, in an old browser", { Origin: "https://evil.example" }],
    ["a sibling domain", { Origin: "https://evil.localhost", "Sec-Fetch-Site": "same-site" }],
    ["another port of this host", { Origin: "http://localhost:8788" }],
    ["the same host by the other scheme", { Origin: "https://localhost:8787" }],
    ["a name that begins as ours does", { Origin: `${ISSUER}.evil.example` }],
    ["a sandboxed frame", { Origin: "null" }],
    ["something that hides where it is", {}],
    ["a page that lies in one of the two", { Origin: ISSUER, "Sec-Fetch-Site": "cross-site" }],
  ])(
    "refuses an approval from %s and keeps the login waiting [ATTACK-cross-site-approval/2]",
    async (_, headers) => {
      const { login, scan_token } = await attackersLogin();
      const json = { ...headers, "Content-Type": "application/json" };
      const answer = await forged(login, json, JSON.stringify({ scan_token }));
      expect(answer.headers.get("Access-Control-Allow-Origin")).toBeNull();
      expect(await problemOf(answer)).toEqual([403, "origin_not_allowed"]);
      expect((await login.snapshot()).status).toBe("scanned");
    },
  );

  it.each([
    ["a form", "application/x-www-form-urlencoded"],
    ["a form of plain text", "text/plain"],
    ["a form with files", "multipart/form-data; boundary=x"],
    ["a beacon without a type", undefined],
  ])(
    "does not read an approval sent by %s without a preflight [ATTACK-cross-site-approval/3]",
    async (_, type) => {
      const { login, scan_token } = await attackersLogin();
      const headers = { Origin: "https://evil.example", ...(type && { "Content-Type": type }) };
      const body = new TextEncoder().encode(JSON.stringify({ scan_token }));
      const answer = await forged(login, headers, body);
      expect(await problemOf(answer)).toEqual([415, "unsupported_media_type"]);
      expect((await login.snapshot()).status).toBe("scanned");
    },
  );

  it("grants no CORS preflight or credentials for an approval to any origin [ATTACK-cross-site-approval]", async () => {
    const party = new RelyingParty(
      withClients({ client_id: "shop", allowed_origins: [SHOP] }),
      "shop",
    );
    for (const Origin of ["https://evil.example", "null", SHOP]) {
      const answer = await party.request("/sessions/x/approve", {
        method: "OPTIONS",
        headers: { Origin, "Access-Control-Request-Method": "POST" },
      });
      const allowed = answer.headers.get("Access-Control-Allow-Origin");
      expect(allowed).toBe(Origin === SHOP ? SHOP : null);
      expect(answer.headers.get("Access-Control-Allow-Credentials")).toBeNull();
    }
  });

  it("refuses an approval from the page of a client that may start logins", async () => {
    const worker = withClients({ client_id: "screen", allowed_origins: [SHOP] });
    const party = new RelyingParty(worker, "screen");
    const { login, scan_token } = await attackersLogin();
    const answer = await party.request(`/sessions/${login.created.session_id}/approve`, {
      method: "POST",
      headers: {
        "Content-Type": "application/json",
        Origin: SHOP,
        Cookie: `__Host-phone=${ada.cookies.get("__Host-phone")}`,
      },
      body: JSON.stringify({ scan_token }),
    });
    expect(await problemOf(answer)).toEqual([403, "origin_not_allowed"]);
    expect((await login.snapshot()).status).toBe("scanned");
  });

  it("never approves by a GET request such as a link or an image [ATTACK-cross-site-approval/4]", async () => {
    const { login, scan_token } = await attackersLogin();
    const Cookie = `__Host-phone=${ada.cookies.get("__Host-phone")}`;
    const path = `/sessions/${login.created.session_id}/approve?scan_token=${scan_token}`;
    for (const method of ["GET", "HEAD", "PUT", "PATCH", "DELETE"]) {
      const answer = await api(path, { method, headers: { Cookie, Origin: ISSUER } });
      expect([method, answer.status]).toEqual([method, 405]);
    }
    expect((await login.snapshot()).status).toBe("scanned");
  });
});

it("accepts the same approval from our own page", async () => {
  const { login, scan_token } = await attackersLogin();
  const headers = { Origin: ISSUER, "Content-Type": "application/json" };
  const answer = await forged(login, headers, JSON.stringify({ scan_token }));
  expect(answer.status).toBe(200);
});
