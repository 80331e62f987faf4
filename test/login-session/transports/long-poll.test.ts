import { describe, expect, it } from "vitest";
import { preferredWait } from "../../../src/login-session/transports/long-poll.ts";
import { api, madeUp, post, problemOf } from "../../support/api.ts";
import { TestScreen } from "../../support/test-screen.ts";

const poll = (login: TestScreen, headers: Record<string, string> = {}) =>
  api(`/sessions/${login.created.session_id}`, { headers: { ...login.bearer, ...headers } });

describe("long polling", () => {
  it("responds at once without Prefer, with the version as its ETag", async () => {
    const login = await TestScreen.begin();
    const answer = await poll(login);
    expect(answer.status).toBe(200);
    expect(answer.headers.get("ETag")).toBe('"1"');
    expect(answer.headers.get("Cache-Control")).toBe("no-store");
    expect(await answer.json()).toMatchObject({ status: "pending", version: 1 });
  });

  it.each(['"1"', 'W/"1"', '"7", "1"', "*"])(
    "answers 304 at once where %s is known",
    async (tags) => {
      const answer = await poll(await TestScreen.begin(), { "If-None-Match": tags });
      expect([answer.status, answer.headers.get("ETag")]).toEqual([304, '"1"']);
    },
  );

  it("responds at once to an old version", async () => {
    const login = await TestScreen.begin();
    await login.scan();
    const answer = await poll(login, { "If-None-Match": '"1"', Prefer: "wait=25" });
    expect(answer.status).toBe(200);
    expect(answer.headers.get("ETag")).toBe('"2"');
    expect(answer.headers.get("Preference-Applied")).toBe("wait=25");
  });

  it("waits for the next snapshot", async () => {
    const login = await TestScreen.begin();
    const waiting = poll(login, { "If-None-Match": '"1"', Prefer: "wait=25" });
    await login.scan();
    expect(await (await waiting).json()).toMatchObject({ status: "scanned", version: 2 });
  });

  it("responds with 304 when the wait is over", async () => {
    const answer = await poll(await TestScreen.begin(), {
      "If-None-Match": '"1"',
      Prefer: "wait=1",
    });
    expect([answer.status, answer.headers.get("Preference-Applied")]).toEqual([304, "wait=1"]);
  });

  it("doesn't wait for a snapshot after the end", async () => {
    const login = await TestScreen.begin();
    await post(`/sessions/${login.created.session_id}/cancel`, {}, login.bearer);
    const answer = await poll(login, { "If-None-Match": '"2"', Prefer: "wait=25" });
    expect(answer.status).toBe(304);
  });

  it("refuses a poll without a token, with a wrong one, and from foreign origins", async () => {
    const login = await TestScreen.begin();
    for (const wait of [{}, { Prefer: "wait=25" }]) {
      const asked = async (headers: Record<string, string>) =>
        problemOf(await poll(login, { ...wait, ...headers }));
      expect(await asked({ Authorization: "" })).toEqual([401, "watch_token_missing"]);
      const wrong = `Bearer ${madeUp()}`;
      expect(await asked({ Authorization: wrong })).toEqual([401, "watch_token_invalid"]);
      expect(await asked({ Origin: "https://evil.example" })).toEqual([403, "origin_not_allowed"]);
    }
  });
});

describe("the preference to wait (RFC 7240)", () => {
  it.each([
    ["wait=25", 25],
    ["respond-async, wait=10", 10],
    ["Wait = 7", 7],
    ['wait="9"', 9],
    ["wait=900", 25],
    ["wait=-1", 0],
    ["wait=soon", 0],
    ["await=25", 0],
    [undefined, 0],
  ])("reads the preference %s as %d s", (prefer, seconds) => {
    expect(preferredWait(prefer)).toBe(seconds);
  });
});
