import { evictDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { decodeTrustedBase64url } from "../../src/lib/base64url.ts";
import { pushKey } from "../../src/web-push/push-key.ts";
import { pushKeysOf } from "../../src/web-push/push-keys.ts";

describe("the VAPID key", () => {
  it("creates one key for simultaneous calls and keeps it when the object is evicted", async () => {
    const keys = await Promise.all(Array.from({ length: 5 }, () => pushKeysOf(env).key()));
    expect(new Set(keys.map(({ kid }) => kid)).size).toBe(1);
    await evictDurableObject(pushKeysOf(env));
    expect(await pushKeysOf(env).key()).toEqual(keys[0]);
  });

  it("publishes its key as an uncompressed point", async () => {
    const point = decodeTrustedBase64url((await pushKey(env)).publicKey);
    expect(point).toHaveLength(65);
    expect(point[0]).toBe(4);
    const { x, y } = await pushKeysOf(env).key();
    expect(point.slice(1)).toEqual(
      Uint8Array.of(...decodeTrustedBase64url(x), ...decodeTrustedBase64url(y)),
    );
  });
});
