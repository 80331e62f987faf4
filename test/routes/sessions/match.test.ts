import { describe, expect, it, vi } from "vitest";
import type { Snapshot } from "../../../src/protocol/snapshot.ts";
import { storedEventsOf } from "../../support/accounts.ts";
import { BERLIN, problemOf, withPolicy } from "../../support/api.ts";
import { TestBrowser } from "../../support/test-browser.ts";
import { TestPhone } from "../../support/test-phone.ts";
import { TestScreen } from "../../support/test-screen.ts";
import { openSocket } from "../../support/watchers.ts";

/** A login of a client whose screens must type what the phone shows, which a phone has scanned. */
async function shown() {
  const worker = withPolicy({ matching: "always", matching_by: "screen", step_up: "off" });
  const [screen, ada] = [
    await TestScreen.begin({ client_id: "shop" }, { place: BERLIN, worker }),
    await TestPhone.signUp("Ada", { place: BERLIN, worker }),
  ];
  const { scan_token, request } = await ada.scan(screen);
  const match = request?.match;
  const code = match?.by === "screen" ? match.code : "";
  const approve = () => ada.post(screen.path("approve"), { scan_token });
  return { screen, ada, code, wrong: code === "0000" ? "1111" : "0000", approve };
}

describe("the code that the phone shows", () => {
  it("must be typed on the screen before the approval, and both devices see that it was right", async () => {
    const { screen, code, approve } = await shown();
    expect(code).toMatch(/^\d{4}$/);
    expect((await screen.snapshot()).match).toEqual({ by: "screen", done: false });
    expect(await problemOf(await approve())).toEqual([403, "match_required"]);
    expect((await screen.browser.post(screen.path("match"), { code })).status).toBe(204);
    expect(await screen.snapshot()).toMatchObject({ version: 3, match: { done: true } });
    expect((await approve()).status).toBe(200);
  });

  it("allows one try: a wrong code denies the login and is recorded in the history", async () => {
    const { screen, ada, code, wrong, approve } = await shown();
    const answer = await screen.browser.post(screen.path("match"), { code: wrong });
    expect(await problemOf(answer)).toEqual([403, "match_wrong"]);
    expect((await screen.snapshot()).status).toBe("denied");
    const late = await screen.browser.post(screen.path("match"), { code });
    expect(await problemOf(late)).toEqual([403, "match_wrong"]);
    expect(await problemOf(await approve())).toEqual([403, "match_wrong"]);
    await vi.waitUntil(async () => (await storedEventsOf(ada.sub)).length > 0);
    expect(await storedEventsOf(ada.sub)).toMatchObject([
      { type: "match_wrong", clientId: "shop" },
    ]);
  });

  it("is accepted over the WebSocket, too", async () => {
    const { screen, code } = await shown();
    const socket = await openSocket(screen);
    const told: Snapshot[] = [];
    socket.addEventListener("message", ({ data }) => told.push(JSON.parse(String(data))));
    socket.accept();
    socket.send(JSON.stringify({ type: "match", code }));
    await vi.waitUntil(() => told.length === 2);
    expect(told.map(({ match }) => match)).toEqual([
      { by: "screen", done: false },
      { by: "screen", done: true },
    ]);
  });

  it("denies the login if it is wrong over the WebSocket", async () => {
    const { screen, wrong } = await shown();
    const socket = await openSocket(screen);
    const closed = new Promise((resolve) => socket.addEventListener("close", resolve));
    socket.accept();
    socket.send(JSON.stringify({ type: "match", code: wrong }));
    await closed;
    expect((await screen.snapshot()).status).toBe("denied");
  });

  it("is accepted only with the watch token of the screen", async () => {
    const { screen, code } = await shown();
    const answer = await new TestBrowser({ place: BERLIN }).post(screen.path("match"), { code });
    expect(await problemOf(answer)).toEqual([401, "watch_token_missing"]);
    const other = await TestScreen.begin(
      { client_id: "shop" },
      { place: BERLIN, worker: withPolicy({}) },
    );
    const stolen = await other.browser.post(screen.path("match"), { code });
    expect(await problemOf(stolen)).toEqual([401, "watch_token_missing"]);
    expect((await screen.snapshot()).status).toBe("scanned");
  });

  it.each([{}, { code: 4821 }, { code: "482" }, { code: "48211" }, { code: "4821", more: 1 }])(
    "is four digits and nothing else: %j is refused",
    async (body) => {
      const { screen } = await shown();
      const answer = await screen.browser.post(screen.path("match"), body);
      expect(await problemOf(answer)).toEqual([400, "invalid_request"]);
      expect((await screen.snapshot()).status).toBe("scanned");
    },
  );

  it("is required only if the client asks for it", async () => {
    const [screen, ada] = [
      await TestScreen.begin({ client_id: "shop" }, { place: BERLIN, worker: withPolicy({}) }),
      await TestPhone.signUp("Ada", { place: BERLIN }),
    ];
    await ada.scan(screen).catch(() => undefined);
    const answer = await screen.browser.post(screen.path("match"), { code: "4821" });
    expect((await problemOf(answer))[0]).toBeGreaterThanOrEqual(400);
    expect((await screen.snapshot()).status).not.toBe("denied");
  });
});
