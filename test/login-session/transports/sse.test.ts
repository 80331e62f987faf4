import { runInDurableObject } from "cloudflare:test";
import { describe, expect, it } from "vitest";
import { api, madeUp, post, problemOf } from "../../support/api.ts";
import { TestScreen } from "../../support/test-screen.ts";
import { eventsOf, sse } from "../../support/watchers.ts";

const open = (login: TestScreen, headers: HeadersInit = login.bearer) =>
  api(`/sessions/${login.created.session_id}/events`, { headers });
const cancel = (login: TestScreen) =>
  post(`/sessions/${login.created.session_id}/cancel`, {}, login.bearer);

describe("the event stream", () => {
  it("responds with an event stream that must not be cached or changed", async () => {
    const login = await TestScreen.begin();
    const answer = await open(login);
    expect(answer.headers.get("Content-Type")).toBe("text/event-stream; charset=utf-8");
    expect(answer.headers.get("Cache-Control")).toBe("no-store, no-transform");
    await answer.body?.cancel();
  });

  it("sends the retry time, and the version of each status as its id", async () => {
    const login = await TestScreen.begin();
    const answer = await open(login);
    const reader = answer.body?.pipeThrough(new TextDecoderStream()).getReader();
    let text = "";
    while (!text.includes("\n\ndata") && !/id: 1\ndata: .*\n\n/.test(text)) {
      text += (await reader?.read())?.value ?? "";
    }
    expect(text).toMatch(/^retry: 1000\n\nevent: status\nid: 1\ndata: \{.*\}\n\n$/);
    await reader?.cancel();
  });

  it("skips the snapshots up to Last-Event-ID", async () => {
    const login = await TestScreen.begin();
    const screen = await sse(login, 1);
    const next = screen.next();
    await login.scan();
    expect(await next).toMatchObject({ version: 2 });
    await screen.stop();
  });

  it.each(["", "abc", "-1", "1e99", "1e999", "Infinity", "0x1", "2", "x".repeat(4000)])(
    "takes a Last-Event-ID that makes no sense for none: %.20s",
    async (id) => {
      const login = await TestScreen.begin();
      const events = eventsOf(await open(login, { ...login.bearer, "Last-Event-ID": id }));
      expect((await events.read()).value).toMatchObject({ id: "1" });
      await events.cancel();
    },
  );

  it("ends the stream when the object is reset, and sends a new retry time", async () => {
    const login = await TestScreen.begin();
    const answer = await open(login);
    const reader = answer.body?.pipeThrough(new TextDecoderStream()).getReader();
    let text = "";
    while (!text.includes("id: 1")) text += (await reader?.read())?.value ?? "";
    const reset = runInDurableObject(login.stub, (_, ctx) => ctx.abort("The object was reset."));
    await expect(reset).rejects.toThrow("The object was reset.");
    let rest = "";
    for (;;) {
      const read = await reader?.read();
      if (!read || read.done) break;
      rest += read.value;
    }
    expect(rest).toMatch(/(^|\n)retry: 1\d{3}\n\n$/);
    const again = await sse(new TestScreen(login.created), 1);
    const next = again.next();
    await login.scan();
    expect(await next).toMatchObject({ version: 2 });
    await again.stop();
  });

  it("responds with 204 after the end, which stops an EventSource", async () => {
    const login = await TestScreen.begin();
    await cancel(login);
    expect((await open(login)).status).toBe(204);
    expect((await open(login, { ...login.bearer, "Last-Event-ID": "2" })).status).toBe(204);
  });

  it("sends the end first to a client that has missed it", async () => {
    const login = await TestScreen.begin();
    await cancel(login);
    const screen = await sse(login, 1);
    expect(await screen.next()).toMatchObject({ status: "cancelled", version: 2 });
    expect(await screen.next()).toBeUndefined();
  });

  it("opens the stream with the cookie of our own page", async () => {
    const login = await TestScreen.begin();
    const answer = await open(login, { Cookie: login.cookie });
    expect(answer.status).toBe(200);
    await answer.body?.cancel();
  });

  it("refuses a stream without a token, with a wrong one, and from foreign origins", async () => {
    const login = await TestScreen.begin();
    expect(await problemOf(await open(login, {}))).toEqual([401, "watch_token_missing"]);
    const wrong = { Authorization: `Bearer ${madeUp()}` };
    expect(await problemOf(await open(login, wrong))).toEqual([401, "watch_token_invalid"]);
    const foreign = { ...login.bearer, Origin: "https://evil.example" };
    expect(await problemOf(await open(login, foreign))).toEqual([403, "origin_not_allowed"]);
  });

  it("frees its place when the client disconnects", async () => {
    const login = await TestScreen.begin();
    for (let i = 0; i < 20; i++) {
      const answer = await open(login);
      expect(answer.status).toBe(200);
      await answer.body?.cancel();
    }
  });
});
