import { describe, expect, it, vi } from "vitest";
import { authenticateClient } from "./authenticate-client.ts";
import { withClients } from "../../support/api.ts";

const SECRET = "s3cret: with a colon, 100 % ümlaut";

async function hexSha256(text: string): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

const SECRET_SHA256 = await hexSha256(SECRET);
const WORKER = withClients(
  { client_id: "app" },
  { client_id: "shop", client_secret_sha256: SECRET_SHA256 },
);

/** RFC 7617 with both halves form-encoded (RFC 6749 §2.3.1). */
function basic(id: string, secret: string): string {
  const encode = (text: string) => new URLSearchParams({ "": text }).toString().slice(1);
  return `Basic ${btoa(`${encode(id)}:${encode(secret)}`)}`;
}

/** The client of a request, or the error code. */
async function clientOf(form: Record<string, string>, authorization?: string): Promise<string> {
  const client = await authenticateClient(WORKER, authorization, new Map(Object.entries(form)));
  return client.ok ? client.value.client_id : client.error.code;
}

describe("a public client", () => {
  it("accepts a public client by its client_id", async () => {
    expect(await clientOf({ client_id: "app" })).toBe("app");
  });

  it("rejects a public client that sends a secret", async () => {
    expect(await clientOf({ client_id: "app", client_secret: "x" })).toBe("invalid_client");
    expect(await clientOf({}, basic("app", "x"))).toBe("invalid_client");
    expect(await clientOf({}, basic("app", " "))).toBe("invalid_client");
  });

  it("accepts a public client that sends an empty password [RFC6749-2.3.1/4]", async () => {
    expect(await clientOf({}, basic("app", ""))).toBe("app");
    expect(await clientOf({ client_id: "app" }, basic("app", ""))).toBe("app");
    expect(await clientOf({ client_id: "shop" }, basic("app", ""))).toBe("invalid_request");
  });
});

describe("a confidential client", () => {
  it("accepts a client secret in the Authorization header [RFC6749-2.3.1]", async () => {
    expect(await clientOf({}, basic("shop", SECRET))).toBe("shop");
    expect(await clientOf({ client_id: "shop" }, basic("shop", SECRET))).toBe("shop");
    expect(await clientOf({}, basic("shop", SECRET).replace("Basic", "basic"))).toBe("shop");
  });

  it("accepts a client secret in the body", async () => {
    expect(await clientOf({ client_id: "shop", client_secret: SECRET })).toBe("shop");
  });

  it("rejects a confidential client without its secret or with a wrong one", async () => {
    expect(await clientOf({ client_id: "shop" })).toBe("invalid_client");
    for (const wrong of ["", "x", `${SECRET} `, SECRET.slice(1), SECRET_SHA256]) {
      expect(await clientOf({}, basic("shop", wrong))).toBe("invalid_client");
    }
    expect(await clientOf({ client_id: "shop", client_secret: "x" })).toBe("invalid_client");
  });

  it.each(["a+b/c=%zz", "a+b", "100%", "%41+%2B", "a%20b c", "x:y:z", "+", "ümlaut"])(
    "accepts the client secret %j by Basic, form-encoded or as it is [RFC6749-2.3.1/5]",
    async (secret) => {
      const worker = withClients({
        client_id: "odd.name~",
        client_secret_sha256: await hexSha256(secret),
      });
      const raw = String.fromCharCode(...new TextEncoder().encode(`odd.name~:${secret}`));
      for (const authorization of [`Basic ${btoa(raw)}`, basic("odd.name~", secret)]) {
        const client = await authenticateClient(worker, authorization, new Map());
        expect(client).toMatchObject({ ok: true, value: { client_id: "odd.name~" } });
      }
      const other = await authenticateClient(worker, basic("odd.name~", `${secret}x`), new Map());
      expect(other).toMatchObject({ ok: false, error: { code: "invalid_client" } });
    },
  );

  it("compares both readings of a client secret, also if the first is right", async () => {
    const digest = vi.spyOn(crypto.subtle, "digest");
    for (const secret of [SECRET, "wrong", "%zz"]) {
      digest.mockClear();
      await clientOf({}, `Basic ${btoa(`shop:${encodeURIComponent(secret)}`)}`);
      expect(digest).toHaveBeenCalledTimes(2);
    }
    digest.mockRestore();
  });

  it("rejects a client that sends its secret in two ways [RFC6749-2.3]", async () => {
    const form = { client_id: "shop", client_secret: SECRET };
    expect(await clientOf(form, basic("shop", SECRET))).toBe("invalid_request");
  });

  it("rejects a request that names two clients", async () => {
    expect(await clientOf({ client_id: "app" }, basic("shop", SECRET))).toBe("invalid_request");
  });
});

describe("an unidentified client", () => {
  it("rejects a request without a client", async () => {
    expect(await clientOf({})).toBe("invalid_request");
    expect(await clientOf({ client_secret: SECRET })).toBe("invalid_request");
  });

  it("rejects an unknown client", async () => {
    expect(await clientOf({ client_id: "other" })).toBe("invalid_client");
    expect(await clientOf({}, basic("other", SECRET))).toBe("invalid_client");
    expect(await clientOf({ client_id: "__proto__" })).toBe("invalid_client");
  });

  it.each([
    "",
    "Basic",
    "Basic ",
    "Basic ???",
    "Basic a",
    `Basic ${btoa("shop")}`,
    `Basic ${btoa("shop:\xff")}`,
    `Bearer ${btoa("shop:secret")}`,
    "Basic c2hvcDp4 c2hvcDp4",
  ])("rejects the Authorization header %j", async (authorization) => {
    expect(await clientOf({ client_id: "app" }, authorization)).toBe("invalid_client");
  });
});
