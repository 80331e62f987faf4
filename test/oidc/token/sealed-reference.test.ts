import { env } from "cloudflare:workers";
import { expect, it } from "vitest";
import { decodeTrustedBase64url, encodeBase64url } from "../../../src/lib/base64url.ts";
import { seal, unseal } from "../../../src/oidc/token/sealed-reference.ts";

const TEXT = "pk_ä€😀";

it("opens a sealed reference to the text that was sealed", async () => {
  const sealed = await seal(env, "refresh_token", TEXT);
  expect(await unseal(env, "refresh_token", sealed)).toBe(TEXT);
});

it("seals the same text differently each time, so that two references can't be linked", async () => {
  const seals = [await seal(env, "refresh_token", TEXT), await seal(env, "refresh_token", TEXT)];
  expect(new Set(seals).size).toBe(2);
});

it("does not show the text in the sealed reference", async () => {
  const sealed = decodeTrustedBase64url(await seal(env, "authorization_code", "subject"));
  expect(new TextDecoder().decode(sealed)).not.toContain("subject");
});

it("does not open a reference that was sealed for another purpose", async () => {
  const sealed = await seal(env, "authorization_code", TEXT);
  expect(await unseal(env, "refresh_token", sealed)).toBeUndefined();
});

it("does not open a reference with any single bit changed", async () => {
  const bytes = decodeTrustedBase64url(await seal(env, "refresh_token", "a"));
  for (let bit = 0; bit < bytes.length * 8; bit += 1) {
    const changed = bytes.map((byte, at) => (at === bit >> 3 ? byte ^ (1 << (bit & 7)) : byte));
    expect(await unseal(env, "refresh_token", encodeBase64url(changed))).toBeUndefined();
  }
});

it.each(["", "A", "!", "AQ", "A".repeat(43), "A".repeat(5000), "AQ==", "ä"])(
  "does not open %j, which was never sealed",
  async (text) => {
    expect(await unseal(env, "refresh_token", text)).toBeUndefined();
  },
);
