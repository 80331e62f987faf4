import { afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { api, CREATION, madeUp, post, problemOf, redeem, withClients } from "../support/api.ts";
import { RelyingParty } from "../support/relying-party.ts";
import { TestPhone } from "../support/test-phone.ts";
import { TestScreen } from "../support/test-screen.ts";
import { upgrade } from "../support/watchers.ts";

/** An attacker has read the watch token of a screen in its memory, its cookies or a log. */

// Rejected codes are logged.
vi.spyOn(console, "warn").mockImplementation(() => undefined);

const SHOP = "https://shop.example";
const worker = withClients(
  { client_id: "screen" },
  { client_id: "shop", allowed_origins: [SHOP] },
  { client_id: "evil", allowed_origins: ["https://evil.example"] },
);

let ada: TestPhone;
beforeAll(async () => {
  ada = await TestPhone.signUp();
});
afterEach(() => vi.clearAllMocks());

describe("a stolen watch token", () => {
  it("lets the holder of a watch token watch but not redeem [ATTACK-stolen-watch-token]", async () => {
    const login = await TestScreen.begin();
    await ada.approvedCode(login);
    const { code = "" } = await login.snapshot();
    for (const change of [
      { code_verifier: "x".repeat(43) },
      { code_verifier: login.created.watch_token },
      { code_verifier: "" },
    ]) {
      const answer = await redeem(code, change);
      expect(answer.status).toBe(400);
    }
    // The attempts do not affect the login.
    expect((await redeem(code)).status).toBe(200);
  });

  it("hides who approves from the holder of a watch token [ATTACK-stolen-watch-token/2]", async () => {
    const login = await TestScreen.begin();
    const told: string[] = [JSON.stringify(await login.snapshot())];
    const { scan_token } = await ada.scan(login);
    told.push(JSON.stringify(await login.snapshot()));
    await ada.send(login, "approve", { scan_token });
    told.push(JSON.stringify(await login.snapshot()));
    for (const secret of [ada.sub, "Ada", scan_token]) expect(told.join()).not.toContain(secret);
  });

  it("refuses a watch token as a phone's token, a code or an access token [ATTACK-stolen-watch-token/4]", async () => {
    const login = await TestScreen.begin();
    const { session_id, watch_token } = login.created;
    await ada.scan(login);
    for (const what of ["approve", "deny", "scan"]) {
      const answer = await ada.send(login, what, { scan_token: watch_token });
      expect(await problemOf(answer)).toEqual([403, "scan_token_invalid"]);
    }
    const code = await redeem(`${session_id}.${watch_token}`);
    expect(await problemOf(code)).toEqual([400, "invalid_grant"]);
    const userinfo = await api("/userinfo", { headers: login.bearer });
    expect(userinfo.status).toBe(401);
  });

  it("refuses a watch token for another login", async () => {
    const [mine, theirs] = [await TestScreen.begin(), await TestScreen.begin()];
    const path = `/sessions/${theirs.created.session_id}`;
    const read = await api(path, { headers: mine.bearer });
    expect(await problemOf(read)).toEqual([401, "watch_token_invalid"]);
    const cancelled = await post(`${path}/cancel`, {}, mine.bearer);
    expect(await problemOf(cancelled)).toEqual([401, "watch_token_invalid"]);
    expect((await theirs.snapshot()).status).toBe("pending");
  });

  it("never accepts a watch token in a URL [ATTACK-stolen-watch-token/3]", async () => {
    const { session_id, watch_token } = (await TestScreen.begin()).created;
    const answer = await api(`/sessions/${session_id}?watch_token=${watch_token}`);
    expect(await problemOf(answer)).toEqual([401, "watch_token_missing"]);
  });
});

describe("a stolen watch token on another site", () => {
  it.each(["https://evil.example", "https://shop.example.evil.example", "null"])(
    "refuses a watch token from another site at every transport: %s",
    async (Origin) => {
      const login = await TestScreen.begin();
      const refused = async (answer: Promise<Response>) => {
        expect(await problemOf(await answer)).toEqual([403, "origin_not_allowed"]);
      };
      const path = `/sessions/${login.created.session_id}`;
      const headers = { ...login.bearer, Origin };
      await refused(api(path, { headers }));
      await refused(api(`${path}/events`, { headers }));
      await refused(upgrade(login, { Origin }));
      await refused(upgrade(login, { Origin, ...bySubprotocol(login) }));
      await refused(post(`${path}/cancel`, {}, headers));
      expect((await login.snapshot()).status).toBe("pending");
    },
  );

  it("refuses a watch token from the site of another client", async () => {
    const shop = new RelyingParty(worker, "shop");
    const { created } = await beginAt(shop);
    const path = `/sessions/${created.session_id}`;
    const evil = { Authorization: `Bearer ${created.watch_token}`, Origin: "https://evil.example" };
    const read = await shop.request(path, { headers: evil });
    expect(await problemOf(read)).toEqual([403, "origin_not_allowed"]);
    const socket = await shop.request(`${path}/socket`, {
      headers: { ...evil, Upgrade: "websocket", "Sec-WebSocket-Protocol": "qr-login.v1" },
    });
    expect(socket.status).toBe(403);
    expect(socket.webSocket).toBeNull();
    const own = await shop.request(path, { headers: { ...evil, Origin: SHOP } });
    expect(own.status).toBe(200);
  });

  it("sets the watch cookie as SameSite and refuses it from another site", async () => {
    const login = await TestScreen.begin();
    const answer = await upgrade(login, {
      Authorization: "",
      Cookie: login.cookie,
      Origin: "https://evil.example",
    });
    expect(await problemOf(answer)).toEqual([403, "origin_not_allowed"]);
  });
});

it("refuses a guessed watch token", async () => {
  const login = await TestScreen.begin();
  const headers = { Authorization: `Bearer ${madeUp()}` };
  const answer = await api(`/sessions/${login.created.session_id}`, { headers });
  expect(await problemOf(answer)).toEqual([401, "watch_token_invalid"]);
});

/** A browser's WebSocket cannot set headers, so it sends the token as a subprotocol. */
function bySubprotocol({ created }: TestScreen): Record<string, string> {
  return {
    Authorization: "",
    "Sec-WebSocket-Protocol": `qr-login.v1, bearer.${created.watch_token}`,
  };
}

async function beginAt(party: RelyingParty): Promise<Pick<TestScreen, "created">> {
  const answer = await party.request("/sessions", {
    method: "POST",
    headers: { "Content-Type": "application/json", Origin: SHOP },
    body: JSON.stringify({ ...CREATION, client_id: "shop" }),
  });
  return { created: await answer.json() };
}
