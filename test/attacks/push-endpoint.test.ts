import { beforeAll, describe, expect, it } from "vitest";
import { encodeBase64url } from "../../src/lib/base64url.ts";
import { storageOf } from "../support/accounts.ts";
import { problemOf } from "../support/api.ts";
import { TestPhone } from "../support/test-phone.ts";

/** A phone subscribes an arbitrary URL, to which the server would then send requests. */

let mallory: TestPhone;
let keys: { p256dh: string; auth: string };

beforeAll(async () => {
  mallory = await TestPhone.signUp("Mallory");
  const algorithm = { name: "ECDH", namedCurve: "P-256" };
  const pair = await crypto.subtle.generateKey(algorithm, true, ["deriveBits"]);
  if (!("publicKey" in pair)) throw new TypeError("not a pair of keys");
  const point = await crypto.subtle.exportKey("raw", pair.publicKey);
  if (!(point instanceof ArrayBuffer)) throw new TypeError("not a raw key");
  const auth = encodeBase64url(crypto.getRandomValues(new Uint8Array(16)));
  keys = { p256dh: encodeBase64url(new Uint8Array(point)), auth };
});

const subscribe = (endpoint: string) =>
  mallory.post("/account/notices", { endpoint, keys, language: "en" });

describe("a push subscription", () => {
  it.each([
    ["this server", "http://localhost:8787/account/sign-out"],
    ["this machine", "https://127.0.0.1/"],
    ["this machine, by IPv6", "https://[::1]/"],
    ["this machine, in another notation", "https://0x7f000001/"],
    ["a private network", "https://10.0.0.1/"],
    ["the cloud's metadata", "http://169.254.169.254/latest/meta-data/"],
    ["a name inside", "https://intranet/"],
    ["a push service over http", "http://fcm.googleapis.com/fcm/send/x"],
    ["another port of a push service", "https://fcm.googleapis.com:8443/fcm/send/x"],
    ["a name that begins like a push service", "https://fcm.googleapis.com.evil.example/x"],
    ["a name that ends like one", "https://evil-push.services.mozilla.com.evil.example/x"],
    ["a push service for a user's name", "https://fcm.googleapis.com@evil.example/x"],
    ["a push service with a password", "https://a:b@fcm.googleapis.com/x"],
    ["a push service with a backslash", "https://evil.example\\@fcm.googleapis.com/x"],
    ["nothing below a push service's domain", "https://.notify.windows.com/x"],
    ["an empty name below a push service's domain", "https://a..notify.windows.com/x"],
    ["a file", "file:///etc/passwd"],
    ["a script", "javascript:alert(1)"],
    ["nothing", "https://"],
  ])("refuses and does not store a push subscription at %s", async (_, endpoint) => {
    const before = await storageOf(mallory.sub);
    expect(await problemOf(await subscribe(endpoint))).toEqual([400, "invalid_request"]);
    expect(await storageOf(mallory.sub)).toEqual(before);
  });

  it("stores a push subscription at a known push service", async () => {
    expect((await subscribe("https://fcm.googleapis.com/fcm/send/x")).status).toBe(204);
  });
});
