import { afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import {
  api,
  begin,
  CREATION,
  madeUp,
  post,
  problemOf,
  redeem,
  type Begun,
  watchCookieOf,
} from "../support/api.ts";
import { approvedBy, Owner, snapshotOf } from "../support/owner.ts";
import { RelyingParty, workerWith } from "../support/relying-party.ts";
import { upgrade } from "../support/watchers.ts";

/** The secret of a screen is in somebody else's hands: read from its memory, its cookies or a log. */

// Each code that is refused is told to the operator.
vi.spyOn(console, "warn").mockImplementation(() => undefined);

const SHOP = "https://shop.example";
const worker = workerWith(
  { client_id: "screen" },
  { client_id: "shop", allowed_origins: [SHOP] },
  { client_id: "evil", allowed_origins: ["https://evil.example"] },
);

let ada: Owner;
beforeAll(async () => {
  ada = await Owner.signUp();
});
afterEach(() => vi.clearAllMocks());

describe("a stolen watch token", () => {
  it("lets the holder of a watch token watch but not redeem [ATTACK-stolen-watch-token]", async () => {
    const login = await begin();
    await approvedBy(ada, login);
    const { code = "" } = await snapshotOf(login);
    for (const change of [
      { code_verifier: "x".repeat(43) },
      { code_verifier: login.created.watch_token },
      { code_verifier: "" },
    ]) {
      const answer = await redeem(code, change);
      expect(answer.status).toBe(400);
    }
    // Whoever began the login is not robbed of it by the tries.
    expect((await redeem(code)).status).toBe(200);
  });

  it("hides who approves from the holder of a watch token [ATTACK-stolen-watch-token/2]", async () => {
    const login = await begin();
    const told: string[] = [JSON.stringify(await snapshotOf(login))];
    const { scan_token } = await ada.scans(login);
    told.push(JSON.stringify(await snapshotOf(login)));
    await ada.sends(login, "approve", { scan_token });
    told.push(JSON.stringify(await snapshotOf(login)));
    for (const secret of [ada.sub, "Ada", scan_token]) expect(told.join()).not.toContain(secret);
  });

  it("refuses a watch token as a phone's token, a code or an access token [ATTACK-stolen-watch-token/4]", async () => {
    const login = await begin();
    const { session_id, watch_token } = login.created;
    await ada.scans(login);
    for (const what of ["approve", "deny", "scan"]) {
      const answer = await ada.sends(login, what, { scan_token: watch_token });
      expect(await problemOf(answer)).toEqual([403, "scan_token_invalid"]);
    }
    const code = await redeem(`${session_id}.${watch_token}`);
    expect(await problemOf(code)).toEqual([400, "invalid_grant"]);
    const userinfo = await api("/userinfo", { headers: login.bearer });
    expect(userinfo.status).toBe(401);
  });

  it("is of no use for another login", async () => {
    const [mine, theirs] = [await begin(), await begin()];
    const path = `/sessions/${theirs.created.session_id}`;
    const read = await api(path, { headers: mine.bearer });
    expect(await problemOf(read)).toEqual([401, "watch_token_invalid"]);
    const cancelled = await post(`${path}/cancel`, {}, mine.bearer);
    expect(await problemOf(cancelled)).toEqual([401, "watch_token_invalid"]);
    expect((await snapshotOf(theirs)).status).toBe("pending");
  });

  it("never accepts a watch token in a URL [ATTACK-stolen-watch-token/3]", async () => {
    const { session_id, watch_token } = (await begin()).created;
    const answer = await api(`/sessions/${session_id}?watch_token=${watch_token}`);
    expect(await problemOf(answer)).toEqual([401, "watch_token_missing"]);
  });
});

describe("a stolen watch token in a page of another site", () => {
  it.each(["https://evil.example", "https://shop.example.evil.example", "null"])(
    "watches nothing by any transport, and cancels nothing: %s",
    async (Origin) => {
      const login = await begin();
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
      expect((await snapshotOf(login)).status).toBe("pending");
    },
  );

  it("watches nothing where that site is a client itself, but of other logins", async () => {
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

  it("is not sent along by a browser that has it as a cookie, and would not count if it were", async () => {
    const login = await begin();
    const answer = await upgrade(login, {
      Authorization: "",
      Cookie: watchCookieOf(login),
      Origin: "https://evil.example",
    });
    expect(await problemOf(answer)).toEqual([403, "origin_not_allowed"]);
  });
});

it("a guessed watch token watches nothing", async () => {
  const login = await begin();
  const headers = { Authorization: `Bearer ${madeUp()}` };
  const answer = await api(`/sessions/${login.created.session_id}`, { headers });
  expect(await problemOf(answer)).toEqual([401, "watch_token_invalid"]);
});

/** How a browser's WebSocket, which can set no header, presents the token. */
function bySubprotocol({ created }: Begun): Record<string, string> {
  return {
    Authorization: "",
    "Sec-WebSocket-Protocol": `qr-login.v1, bearer.${created.watch_token}`,
  };
}

async function beginAt(party: RelyingParty): Promise<Pick<Begun, "created">> {
  const answer = await party.request("/sessions", {
    method: "POST",
    headers: { "Content-Type": "application/json", Origin: SHOP },
    body: JSON.stringify({ ...CREATION, client_id: "shop" }),
  });
  return { created: await answer.json() };
}
