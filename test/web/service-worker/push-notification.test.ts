import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { pushNotificationFor } from "../../../src/web/service-worker/push-notification.ts";
import { NOTICE_TYPES } from "../../../src/protocol/push-message.ts";

const WHERE = { host: "login.example.com", language: "en-GB" };

const NOTICE = {
  v: 1,
  type: "device_linked",
  language: "en",
  client_name: "The Shop",
  browser: "Firefox 140",
  system: "Linux",
  city: "Graz",
  country: "AT",
  at: "2026-11-24T12:00:00.000Z",
  sid: "the-login",
};

const shown = (change: object = {}, where = WHERE) =>
  pushNotificationFor(JSON.stringify({ ...NOTICE, ...change }), where);

describe("a notice", () => {
  it("shows what happened, the device, its location and what to do", () => {
    expect(shown()).toEqual({
      title: "A screen was logged in to The Shop",
      options: {
        body: "Firefox 140 · Linux · Graz, Austria. If that wasn’t you, tap here and log it out.",
        lang: "en",
        tag: "device_linked the-login",
        timestamp: Date.UTC(2026, 10, 24, 12),
      },
    });
  });

  it.each([
    ["de", "Ein Bildschirm wurde bei The Shop angemeldet", "Österreich"],
    ["de-AT", "Ein Bildschirm wurde bei The Shop angemeldet", "Österreich"],
    ["fr", "Un écran a été connecté à The Shop", "Autriche"],
    ["pt-BR", "A screen was logged in to The Shop", "Áustria"],
  ])("shows a notification in the language %s: %s", (language, title, country) => {
    const { title: told, options } = shown({ language });
    expect(told).toBe(title);
    expect(options.body).toContain(country);
  });

  it.each(NOTICE_TYPES)("shows a whole sentence for %s without device and location", (type) => {
    const { v, language, at } = NOTICE;
    const { title, options } = pushNotificationFor(
      JSON.stringify({ v, type, language, at }),
      WHERE,
    );
    expect(title).toContain("login.example.com");
    expect(options.body).toMatch(/^[A-Z].*\.$/);
    expect(`${title} ${options.body}`).not.toMatch(/undefined|null/);
  });

  it("gives repeated messages the same tag and other messages another one", () => {
    const tags = [{}, { city: "Wien" }, { sid: "another" }, { type: "attack" }].map(
      (change) => shown(change).options.tag,
    );
    expect(tags[1]).toBe(tags[0]);
    expect(new Set(tags).size).toBe(3);
  });
});

describe("for every push something is shown", () => {
  it.each([
    ["no message", ""],
    ["what is no JSON", "<html>"],
    ["a newer kind of message", JSON.stringify({ ...NOTICE, v: 2 })],
    ["news that nobody knows", JSON.stringify({ ...NOTICE, type: "constructor" })],
  ])("shows a general notification for %s", (_, text) => {
    expect(pushNotificationFor(text, WHERE)).toEqual({
      title: "Something happened with your account at login.example.com",
      options: { body: "Tap here to see where you are logged in." },
    });
    const german = pushNotificationFor(text, { ...WHERE, language: "de" });
    expect(german.options.body).toBe("Tippe hier, um zu sehen, wo du angemeldet bist.");
  });

  it("shows a title and a text for any message", () => {
    const members = fc.record(
      { ...Object.fromEntries(Object.keys(NOTICE).map((name) => [name, fc.jsonValue()])) },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.json(),
          members.map((m) => JSON.stringify(m)),
        ),
        (text) => {
          const { title, options } = pushNotificationFor(text, WHERE);
          expect(title).not.toBe("");
          expect(options.body).not.toBe("");
        },
      ),
    );
  });
});
