import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decodeTrustedBase64url, encodeBase64url } from "../../src/lib/base64url.ts";
import { encryptMessage, newMessageKeys, MAX_PLAINTEXT } from "../../src/web-push/encrypt.ts";
import { PushBrowser } from "../support/push-browser.ts";

/** RFC 8291, appendix A. */
const VECTOR = {
  plaintext: "When I grow up, I want to be a watermelon",
  senderPublic:
    "BP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A8",
  senderPrivate: "yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw",
  p256dh: "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4",
  auth: "BTBZMqHH6r4Tts7J_aSIgg",
  salt: "DGv6ra1nlYgDCS1FRnbzlw",
  body:
    "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS" +
    "6TlzAC8wEqKK6PBru3jl7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qu" +
    "lcy4a-fN",
};

async function vectorSender(): Promise<CryptoKeyPair> {
  const point = decodeTrustedBase64url(VECTOR.senderPublic);
  const coordinates = {
    x: encodeBase64url(point.slice(1, 33)),
    y: encodeBase64url(point.slice(33)),
  };
  const jwk = { kty: "EC", crv: "P-256", ...coordinates };
  const curve = { name: "ECDH", namedCurve: "P-256" };
  return {
    publicKey: await crypto.subtle.importKey("jwk", jwk, curve, true, []),
    privateKey: await crypto.subtle.importKey(
      "jwk",
      { ...jwk, d: VECTOR.senderPrivate },
      curve,
      false,
      ["deriveBits"],
    ),
  };
}

const utf8 = new TextEncoder();

describe("a push message", () => {
  it("encrypts the example of RFC 8291, appendix A", async () => {
    const secrets = { salt: decodeTrustedBase64url(VECTOR.salt), sender: await vectorSender() };
    const body = await encryptMessage(utf8.encode(VECTOR.plaintext), VECTOR, secrets);
    expect(encodeBase64url(body)).toBe(VECTOR.body);
  });

  it("encrypts any message so that another implementation decrypts it", async () => {
    const browser = new PushBrowser();
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 500 }), async (plaintext) => {
        const body = await encryptMessage(plaintext, browser.keys, await newMessageKeys());
        expect(Array.from(browser.decrypt(body))).toEqual(Array.from(plaintext));
      }),
      { numRuns: 20 },
    );
  });

  it("encrypts a message that neither another browser nor a changed copy decrypts", async () => {
    const browser = new PushBrowser();
    const body = await encryptMessage(utf8.encode("hush"), browser.keys, await newMessageKeys());
    expect(() => new PushBrowser().decrypt(body)).toThrow(/authentic/i);
    const last = body.length - 1;
    const changed = body.with(last, (body[last] ?? 0) ^ 1);
    expect(() => browser.decrypt(changed)).toThrow(/authentic/i);
  });

  it("uses a new salt and a new key for each message", async () => {
    const { keys } = new PushBrowser();
    const once = await encryptMessage(utf8.encode("same"), keys, await newMessageKeys());
    const again = await encryptMessage(utf8.encode("same"), keys, await newMessageKeys());
    const salts = [once, again].map((body) => encodeBase64url(body.slice(0, 16)));
    const senders = [once, again].map((body) => encodeBase64url(body.slice(21, 86)));
    expect(new Set(salts).size).toBe(2);
    expect(new Set(senders).size).toBe(2);
  });

  it("encrypts messages of up to 4096 bytes and rejects longer ones", async () => {
    const { keys } = new PushBrowser();
    const secrets = await newMessageKeys();
    const longest = await encryptMessage(new Uint8Array(MAX_PLAINTEXT), keys, secrets);
    expect(longest).toHaveLength(4096);
    await expect(encryptMessage(new Uint8Array(MAX_PLAINTEXT + 1), keys, secrets)).rejects.toThrow(
      RangeError,
    );
  });
});
