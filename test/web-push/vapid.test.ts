import { generateKeyPair, jwtVerify } from "jose";
import { describe, expect, it } from "vitest";
import { vapidAuthorization } from "../../src/web-push/vapid.ts";

const NOW = Date.UTC(2026, 10, 24, 12);
const { publicKey, privateKey } = await generateKeyPair("ES256");

async function claimsOf(endpoint: string, contact = "https://login.example.com") {
  const key = { publicKey: "the-point", privateKey };
  const header = await vapidAuthorization({ endpoint, contact }, key, NOW);
  const [, jwt = "", k] = /^vapid t=([\w.-]+), k=([\w-]+)$/.exec(header) ?? [];
  const { payload, protectedHeader } = await jwtVerify(jwt, publicKey, {
    algorithms: ["ES256"],
    currentDate: new Date(NOW),
  });
  return { payload, protectedHeader, k };
}

describe("the authorization of a push message", () => {
  it("signs an ES256 authorization for the endpoint's origin and sends the key", async () => {
    const { payload, protectedHeader, k } = await claimsOf("https://push.example.com/send/secret");
    expect(payload).toEqual({
      aud: "https://push.example.com",
      sub: "https://login.example.com",
      exp: expect.any(Number),
    });
    expect(protectedHeader).toEqual({ typ: "JWT", alg: "ES256" });
    expect(k).toBe("the-point");
  });

  it("signs an authorization that is valid for less than a day (RFC 8292 §2)", async () => {
    const { payload } = await claimsOf("https://push.example.com/send");
    const left = (payload.exp ?? 0) - NOW / 1000;
    expect(left).toBeGreaterThan(3600);
    expect(left).toBeLessThanOrEqual(24 * 3600);
  });

  it("leaves a local origin out as the contact", async () => {
    const { payload } = await claimsOf("https://push.example.com/send", "http://localhost:8787");
    expect(payload).not.toHaveProperty("sub");
  });
});
