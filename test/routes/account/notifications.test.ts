import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { accountStub } from "../../../src/accounts/account-stub.ts";
import { decodeTrustedBase64url, encodeBase64url } from "../../../src/lib/base64url.ts";
import type { NotificationsResponse } from "../../../src/protocol/notifications.ts";
import { problemOf } from "../../support/api.ts";
import { TestBrowser } from "../../support/test-browser.ts";
import { TestPhone } from "../../support/test-phone.ts";
import { PushBrowser } from "../../support/push-browser.ts";

const ENDPOINT = "https://fcm.googleapis.com/fcm/send/abc:APA91";
const subscription = (change: object = {}) => ({
  endpoint: `${ENDPOINT}-${crypto.randomUUID()}`,
  keys: new PushBrowser().keys,
  language: "en",
  ...change,
});

const noticesOf = async (phone: TestBrowser) =>
  await (await phone.get("/account/notices")).json<NotificationsResponse>();

const keptOf = (sub: string): Promise<unknown[]> =>
  runInDurableObject(accountStub(env, sub), (_, { storage }) =>
    Array.from(storage.kv.list({ prefix: "push:" }), ([, kept]) => kept),
  );

describe("a signed-in phone", () => {
  it("returns the same subscription key each time, and whether notifications are on", async () => {
    const phone = await TestPhone.signUp();
    const { public_key, on } = await noticesOf(phone);
    expect(on).toBe(false);
    expect(decodeTrustedBase64url(public_key)).toHaveLength(65);
    expect((await noticesOf(await TestPhone.signUp())).public_key).toBe(public_key);
  });

  it("turns notifications on and off", async () => {
    const phone = await TestPhone.signUp();
    const { sub } = phone;
    const wanted = subscription();
    expect((await phone.post("/account/notices", wanted)).status).toBe(204);
    expect((await noticesOf(phone)).on).toBe(true);
    expect(await keptOf(sub)).toEqual([wanted]);
    expect((await phone.delete("/account/notices")).status).toBe(204);
    expect((await noticesOf(phone)).on).toBe(false);
    expect(await keptOf(sub)).toEqual([]);
    const history = (await phone.history()).map(({ type }) => type);
    expect(history).toEqual(["notices_off", "notices_on", "account_created"]);
  });

  it("stores one subscription for each phone, the newest", async () => {
    const first = await TestPhone.signUp();
    const second = await first.secondPhone();
    await first.post("/account/notices", subscription());
    const newest = subscription({ language: "de-AT" });
    await first.post("/account/notices", newest);
    expect((await noticesOf(second)).on).toBe(false);
    await second.post("/account/notices", subscription());
    expect(await keptOf(first.sub)).toHaveLength(2);
    expect(await keptOf(first.sub)).toContainEqual(newest);
    await second.delete("/account/notices");
    expect((await noticesOf(first)).on).toBe(true);
  });

  it("replaces the subscription of a browser that signs in again as another phone", async () => {
    const first = await TestPhone.signUp();
    const wanted = subscription();
    await first.post("/account/notices", wanted);
    const second = await first.secondPhone();
    await second.post("/account/notices", wanted);
    expect(await keptOf(first.sub)).toEqual([wanted]);
    expect((await noticesOf(second)).on).toBe(true);
  });

  it("deletes the subscription when the phone signs out", async () => {
    const phone = await TestPhone.signUp();
    const { sub } = phone;
    await phone.post("/account/notices", subscription());
    await phone.post("/account/sign-out", {});
    expect(await keptOf(sub)).toEqual([]);
    expect(await problemOf(await phone.get("/account/notices"))).toEqual([401, "sign_in_required"]);
  });
});

describe("a subscription is refused", () => {
  const { keys } = new PushBrowser();
  const point = decodeTrustedBase64url(keys.p256dh);
  const offTheCurve = encodeBase64url(point.with(64, (point[64] ?? 0) ^ 1));
  const compressed = encodeBase64url(Uint8Array.of(2, ...point.slice(1)));
  it.each([
    ["at a host that is no push service", { endpoint: "https://evil.example/send" }],
    ["over http", { endpoint: "http://fcm.googleapis.com/send" }],
    ["with a port", { endpoint: "https://fcm.googleapis.com:8443/send" }],
    ["at this machine", { endpoint: "http://127.0.0.1:8787/account" }],
    ["without an endpoint", { endpoint: undefined }],
    ["with a key that is no point of the curve", { keys: { ...keys, p256dh: offTheCurve } }],
    ["with a key that is marked as compressed", { keys: { ...keys, p256dh: compressed } }],
    ["with a short key", { keys: { ...keys, p256dh: keys.p256dh.slice(1) } }],
    ["with a short secret", { keys: { ...keys, auth: "c2hvcnQ" } }],
    ["without keys", { keys: undefined }],
    ["in no language", { language: "<script>" }],
    ["with members that nobody knows", { expirationTime: null }],
  ])("rejects a subscription %s", async (_, change) => {
    const phone = await TestPhone.signUp();
    const { sub } = phone;
    const answer = await phone.post("/account/notices", subscription(change));
    expect(await problemOf(answer)).toEqual([400, "invalid_request"]);
    expect(await keptOf(sub)).toEqual([]);
  });

  it("rejects a subscription from a phone that is not signed in", async () => {
    const answer = await new TestBrowser().post("/account/notices", subscription());
    expect(await problemOf(answer)).toEqual([401, "sign_in_required"]);
  });

  it.each(["post", "delete"] as const)(
    "rejects a %s of a subscription from another site",
    async (method) => {
      const phone = await TestPhone.signUp();
      const { sub } = phone;
      await phone.post("/account/notices", subscription());
      const [before] = await keptOf(sub);
      phone.headers["Origin"] = "https://evil.example";
      phone.headers["Sec-Fetch-Site"] = "cross-site";
      const answer =
        method === "post"
          ? await phone.post("/account/notices", subscription())
          : await phone.delete("/account/notices");
      expect(await problemOf(answer)).toEqual([403, "origin_not_allowed"]);
      expect(await keptOf(sub)).toEqual([before]);
    },
  );
});
