import { base64url, exportJWK, generateKeyPair, SignJWT, UnsecuredJWT } from "jose";
import { afterEach, describe, expect, it, vi } from "vitest";
import { encodeBase64url } from "../../src/lib/base64url.ts";
import { verifyAccessToken } from "../../src/trusted-issuers/verify-access-token.ts";
import { TestIssuer } from "../support/issuer.ts";

const REFUSED = { ok: false, error: { code: "access_token_invalid" } };
const UNAVAILABLE = { ok: false, error: { code: "issuer_unavailable" } };
const PREFIXES = ["pk_", ""];

afterEach(() => {
  vi.useRealTimers();
});

/** Verifies a token while these issuers are trusted. */
function present(token: string, ...issuers: TestIssuer[]) {
  return presentWithKey(undefined, token, ...issuers);
}

/** The same with a DPoP proof of a key. */
function presentWithKey(jkt: string | undefined, token: string, ...issuers: TestIssuer[]) {
  const trusted = issuers.map((issuer) => issuer.trusted);
  const prefixes = ["pk_", ...trusted.map((issuer) => issuer.subject_prefix)];
  const known = new Map(trusted.map((issuer) => [issuer.issuer, issuer]));
  return verifyAccessToken(token, known, prefixes, jkt);
}

const seconds = () => Math.floor(Date.now() / 1000);

describe("an access token", () => {
  it.each(["RS256", "RS384", "PS256", "PS512", "ES256", "ES384", "ES512", "EdDSA", "Ed25519"])(
    "accepts an access token signed with %s",
    async (alg) => {
      const issuer = await TestIssuer.start(alg);
      expect(await present(await issuer.token(), issuer)).toEqual({
        ok: true,
        value: { sub: "ada" },
      });
    },
  );

  it("returns subject, time and methods of the sign-in [ASVS-6.1.3/3]", async () => {
    const issuer = await TestIssuer.start("ES256", { subject_prefix: "acme:" });
    const claims = { name: "Ada", auth_time: 1_700_000_000, amr: ["pwd", "otp"], acr: "urn:gold" };
    expect(await present(await issuer.token(claims), issuer)).toEqual({
      ok: true,
      value: {
        sub: "acme:ada",
        name: "Ada",
        authTime: 1_700_000_000_000,
        amr: ["pwd", "otp"],
        acr: "urn:gold",
      },
    });
  });

  it("returns the email address and whether the issuer has verified it", async () => {
    const issuer = await TestIssuer.start();
    const email = "ada@example.com";
    const verified = await issuer.token({ email, email_verified: true });
    expect(await present(verified, issuer)).toMatchObject({
      value: { email, emailVerified: true },
    });
    const unsaid = await present(await issuer.token({ email }), issuer);
    expect(unsaid).toEqual({ ok: true, value: { sub: "ada", email } });
  });

  it("accepts a bound access token only with its key (RFC 9449 §7)", async () => {
    const issuer = await TestIssuer.start();
    const token = await issuer.token({ cnf: { jkt: "theirs" } });
    expect((await presentWithKey("theirs", token, issuer)).ok).toBe(true);
    expect(await presentWithKey("another", token, issuer)).toMatchObject(REFUSED);
    expect(await present(token, issuer)).toMatchObject(REFUSED);
    expect(await presentWithKey("theirs", await issuer.token(), issuer)).toMatchObject(REFUSED);
  });

  it.each([
    {},
    { "x5t#S256": "certificate" },
    { jkt: "theirs", jwk: {} },
    { jkt: 7 },
    "theirs",
    null,
  ])("rejects an access token with an unsupported confirmation method: %j", async (cnf) => {
    const issuer = await TestIssuer.start();
    const token = await issuer.token({ cnf });
    expect(await present(token, issuer)).toMatchObject(REFUSED);
    expect(await presentWithKey("theirs", token, issuer)).toMatchObject(REFUSED);
  });

  it.each([
    ["an address that is none", { email: "ada", email_verified: true }],
    ["an address too long", { email: `${"x".repeat(250)}@example.com` }],
    ["an address that was verified by nobody", { email_verified: true }],
    ["a name too long", { name: "x".repeat(201) }],
    ["a name that isn't text", { name: { first: "Ada" } }],
    ["a time that isn't one", { auth_time: "yesterday" }],
    ["methods that aren't a list", { amr: "pwd" }],
    ["too many methods", { amr: Array.from({ length: 21 }, () => "pwd") }],
    ["a class too long", { acr: "x".repeat(201) }],
  ])("ignores an optional claim that is malformed: %s", async (_, claims) => {
    const issuer = await TestIssuer.start();
    expect(await present(await issuer.token(claims), issuer)).toEqual({
      ok: true,
      value: { sub: "ada" },
    });
  });

  it("accepts an access token with several audiences if its client is an allowed one", async () => {
    const issuer = await TestIssuer.start("ES256", { allowed_clients: ["app"] });
    const aud = ["https://api.example", issuer.trusted.audience];
    const token = await issuer.token({ aud, client_id: "app" });
    expect((await present(token, issuer)).ok).toBe(true);
  });

  it.each([
    ["for another audience [ASVS-9.2.3]", () => ({ aud: "https://api.example" })],
    ["for nobody", () => ({ aud: undefined })],
    ["for others", () => ({ aud: ["https://api.example", "https://login.example.com/"] })],
    ["that has expired", () => ({ exp: seconds() - 6 })],
    ["that never expires [ASVS-9.2.1/3]", () => ({ exp: undefined })],
    ["that isn't valid yet", () => ({ nbf: seconds() + 60 })],
    ["without a subject", () => ({ sub: undefined })],
    ["with an empty subject", () => ({ sub: "" })],
    ["with a subject too long", () => ({ sub: "x".repeat(201) })],
    ["with a subject beyond ASCII", () => ({ sub: "zoë" })],
    ["with a line break in its subject", () => ({ sub: "ada\n" })],
    ["whose subject is a built-in account", () => ({ sub: `pk_${"A".repeat(43)}` })],
    ["from an issuer that isn't configured", () => ({ iss: "https://evil.example" })],
    ["from no issuer", () => ({ iss: undefined })],
  ])("rejects an access token %s", async (_, claims) => {
    const issuer = await TestIssuer.start();
    expect(await present(await issuer.token(claims()), issuer)).toMatchObject(REFUSED);
  });

  it("accepts an access token within a clock tolerance of five seconds", async () => {
    const issuer = await TestIssuer.start();
    const token = await issuer.token({ exp: seconds() - 3, nbf: seconds() + 3 });
    expect((await present(token, issuer)).ok).toBe(true);
  });

  it.each([
    ["at+jwt", true],
    ["application/at+jwt", true],
    ["AT+JWT", true],
    ["JWT", false],
    [undefined, false],
    ["logout+jwt", false],
    ["dpop+jwt", false],
    ["secevent+jwt", false],
    ["application/logout+jwt", false],
    ["", false],
    [7, false],
    [null, false],
  ])("decides on an access token of type %j: accepted %s", async (typ, ok) => {
    const issuer = await TestIssuer.start();
    expect((await present(await issuer.token({}, { typ }), issuer)).ok).toBe(ok);
  });

  it("rejects an access token whose issuer is spelled differently", async () => {
    const issuer = await TestIssuer.start();
    const token = await issuer.token({ iss: `${issuer.trusted.issuer}/` });
    expect(await present(token, issuer)).toMatchObject(REFUSED);
    expect(await issuer.asked()).toBe(0);
  });

  it("rejects an access token over 8 kB without fetching keys", async () => {
    const issuer = await TestIssuer.start();
    const token = await issuer.token({ padding: "x".repeat(8192) });
    expect(await present(token, issuer)).toMatchObject(REFUSED);
    expect(await issuer.asked()).toBe(0);
  });

  it.each(["", "x", "a.b.c", "a.b", "....", "eyJhbGciOiJFUzI1NiJ9.e30."])(
    "rejects the malformed access token %j",
    async (token) => {
      expect(await present(token, await TestIssuer.start())).toMatchObject(REFUSED);
    },
  );

  it.each(["", "x", "e30", "bnVsbA", "W10", "é", "%00", "_w"])(
    "rejects an access token with the malformed header %j",
    async (header) => {
      const issuer = await TestIssuer.start();
      const [, claims, signature] = (await issuer.token()).split(".");
      expect(await present([header, claims, signature].join("."), issuer)).toMatchObject(REFUSED);
    },
  );

  it("rejects an access token signed with a too short RSA key", async () => {
    const issuer = await TestIssuer.start("RS256");
    const { publicKey } = await generateKeyPair("RS256", {
      extractable: true,
      modulusLength: 2048,
    });
    const { e = "" } = await exportJWK(publicKey);
    const short = {
      kty: "RSA",
      kid: "short",
      n: encodeBase64url(new Uint8Array(128).fill(255)),
      e,
    };
    await issuer.serve({ body: JSON.stringify({ keys: [short] }) });
    const token = await issuer.token({}, { kid: "short" });
    expect(await present(token, issuer)).toMatchObject(REFUSED);
  });
});

describe("a forged token", () => {
  it("rejects an unsigned access token of a trusted issuer [USENIX-5]", async () => {
    const issuer = await TestIssuer.start();
    const { issuer: iss, audience: aud } = issuer.trusted;
    const token = new UnsecuredJWT({ iss, aud, sub: "ada", exp: seconds() + 60 }).encode();
    expect(await present(token, issuer)).toMatchObject(REFUSED);
    const [, claims = ""] = (await issuer.token()).split(".");
    const head = base64url.encode(JSON.stringify({ alg: "none" }));
    expect(await present(`${head}.${claims}.`, issuer)).toMatchObject(REFUSED);
  });

  it("rejects a token signed with the public key as a shared secret [ASVS-9.1.2/2]", async () => {
    const issuer = await TestIssuer.start("RS256");
    const { issuer: iss, audience: aud } = issuer.trusted;
    for (const secret of [JSON.stringify(issuer.publicJwk), issuer.publicJwk.n ?? ""]) {
      const token = await new SignJWT({ iss, aud, sub: "ada", exp: seconds() + 60 })
        .setProtectedHeader({ alg: "HS256", kid: "first" })
        .sign(new TextEncoder().encode(secret));
      expect(await present(token, issuer)).toMatchObject(REFUSED);
    }
  });

  it("rejects an access token signed with the key of another trusted issuer", async () => {
    const [ours, theirs] = [await TestIssuer.start(), await TestIssuer.start()];
    const theirTrust = { ...theirs.trusted, subject_prefix: "theirs:" };
    const token = await theirs.token({ iss: ours.trusted.issuer });
    const trusted = new Map([
      [ours.trusted.issuer, ours.trusted],
      [theirs.trusted.issuer, theirTrust],
    ]);
    expect(await verifyAccessToken(token, trusted, [...PREFIXES, "theirs:"])).toMatchObject(
      REFUSED,
    );
  });

  it("rejects a token that was changed [ASVS-9.1.1]", async () => {
    const issuer = await TestIssuer.start();
    const [head, , signature] = (await issuer.token()).split(".");
    const [, claims] = (await issuer.token({ sub: "eve" })).split(".");
    expect(await present(`${head}.${claims}.${signature}`, issuer)).toMatchObject(REFUSED);
  });

  it("rejects a token that brings its own key [ASVS-6.8.2]", async () => {
    const issuer = await TestIssuer.start();
    const forger = await TestIssuer.start();
    const claims = { iss: issuer.trusted.issuer };
    for (const header of [{ jwk: forger.publicJwk }, { jku: forger.trusted.jwks_uri }]) {
      expect(await present(await forger.token(claims, header), issuer)).toMatchObject(REFUSED);
    }
    expect(await forger.asked()).toBe(0);
  });

  it("rejects an access token with an unknown critical header", async () => {
    const issuer = await TestIssuer.start();
    const [, claims] = (await issuer.token()).split(".");
    const head = base64url.encode(
      JSON.stringify({ alg: "ES256", kid: "first", crit: ["x"], x: 1 }),
    );
    const [, , signature] = (await issuer.token()).split(".");
    expect(await present(`${head}.${claims}.${signature}`, issuer)).toMatchObject(REFUSED);
  });
});

describe("two issuers", () => {
  it("rejects a subject of another issuer [ASVS-6.8.1]", async () => {
    const acme = await TestIssuer.start("ES256", { subject_prefix: "acme:" });
    const rest = await TestIssuer.start("ES256", { subject_prefix: "" });
    const value = { sub: "acme:ada" };
    expect(await present(await acme.token(), acme, rest)).toEqual({ ok: true, value });
    expect(await present(await rest.token({ sub: "acme:ada" }), acme, rest)).toMatchObject(REFUSED);
    expect(await present(await rest.token({ sub: "acme:ada" }), rest)).toEqual({ ok: true, value });
  });
});

describe("a token that is presented again", () => {
  /** One configuration for all calls, as in one isolate. */
  const presenter = (...issuers: TestIssuer[]) => {
    const trusted = new Map(issuers.map(({ trusted: one }) => [one.issuer, one]));
    return (token: string, jkt?: string) => verifyAccessToken(token, trusted, PREFIXES, jkt);
  };

  it("accepts a cached access token for a minute after its key is withdrawn", async () => {
    vi.useFakeTimers({ toFake: ["Date"] });
    const issuer = await TestIssuer.start();
    const again = presenter(issuer);
    const token = await issuer.token({ exp: seconds() + 3600 });
    vi.setSystemTime(Date.now() + 1000);
    expect((await again(token)).ok).toBe(true);
    vi.setSystemTime(Date.now() + 539_000);
    expect((await again(token)).ok).toBe(true);
    await issuer.serve({ body: '{"keys":[]}' });
    vi.setSystemTime(Date.now() + 59_999);
    expect((await again(token)).ok).toBe(true);
    vi.setSystemTime(Date.now() + 1);
    expect(await again(token)).toMatchObject(REFUSED);
  });

  it("rejects a cached access token after its expiry", async () => {
    vi.useFakeTimers({ toFake: ["Date"] });
    const issuer = await TestIssuer.start();
    const again = presenter(issuer);
    const exp = seconds() + 10;
    const token = await issuer.token({ exp });
    expect((await again(token)).ok).toBe(true);
    vi.setSystemTime((exp + 5) * 1000 - 1);
    expect((await again(token)).ok).toBe(true);
    vi.setSystemTime((exp + 5) * 1000);
    expect(await again(token)).toMatchObject(REFUSED);
  });

  it("rejects a cached bound access token without its key", async () => {
    const issuer = await TestIssuer.start();
    const again = presenter(issuer);
    const token = await issuer.token({ cnf: { jkt: "its-own" } });
    expect((await again(token, "its-own")).ok).toBe(true);
    expect(await again(token)).toMatchObject(REFUSED);
    expect(await again(token, "another")).toMatchObject(REFUSED);
  });

  it("rejects an access token that differs from a cached one by a character", async () => {
    const issuer = await TestIssuer.start();
    const again = presenter(issuer);
    const token = await issuer.token();
    expect((await again(token)).ok).toBe(true);
    const [head, , signature] = token.split(".");
    const [, claims] = (await issuer.token({ sub: "eve" })).split(".");
    expect(await again([head, claims, signature].join("."))).toMatchObject(REFUSED);
  });

  it("rejects a cached access token if its issuer is not trusted", async () => {
    const issuer = await TestIssuer.start();
    const other = await TestIssuer.start();
    const token = await issuer.token();
    expect((await presenter(issuer)(token)).ok).toBe(true);
    expect(await presenter(other)(token)).toMatchObject(REFUSED);
  });
});

describe("an issuer's keys", () => {
  it("fetches an issuer's keys once for many tokens", async () => {
    const issuer = await TestIssuer.start();
    for (let i = 0; i < 3; i++) expect((await present(await issuer.token(), issuer)).ok).toBe(true);
    expect(await issuer.asked()).toBe(1);
  });

  it("finds an issuer's new key without a fetch for each token", async () => {
    vi.useFakeTimers({ toFake: ["Date"] });
    const issuer = await TestIssuer.start();
    expect((await present(await issuer.token(), issuer)).ok).toBe(true);

    await issuer.newKey("second");
    await issuer.publish();
    const token = await issuer.token();
    expect(await present(token, issuer)).toMatchObject(REFUSED);
    expect(await issuer.asked()).toBe(1);

    vi.setSystemTime(Date.now() + 30_001);
    expect((await present(token, issuer)).ok).toBe(true);
    expect(await issuer.asked()).toBe(2);
  });

  it("accepts tokens of a withdrawn key for at most ten minutes", async () => {
    vi.useFakeTimers({ toFake: ["Date"] });
    const issuer = await TestIssuer.start();
    const token = await issuer.token({ exp: seconds() + 3600 });
    expect((await present(token, issuer)).ok).toBe(true);
    await issuer.serve({ body: '{"keys":[]}' });
    vi.setSystemTime(Date.now() + 600_001);
    expect(await present(token, issuer)).toMatchObject(REFUSED);
  });

  it("rejects a token whose algorithm is not that of the issuer's key", async () => {
    const issuer = await TestIssuer.start("RS256", {}, "PS256");
    expect(await present(await issuer.token(), issuer)).toMatchObject(REFUSED);
  });

  it.each([
    ["down", { hangsUp: true }],
    ["in trouble", { status: 500, body: '{"keys":[]}' }],
    ["moved", { status: 302, headers: { Location: "/elsewhere" } }],
    ["not JSON", { body: "<html>" }],
    ["no set of keys", { body: '{"key":"x"}' }],
    ["huge", { body: " ".repeat(65_536) + '{"keys":[]}' }],
    ["huge and never-ending", { body: " ".repeat(65_537), stalls: true }],
  ])("answers issuer_unavailable for an issuer whose keys are %s", async (_, behaviour) => {
    const issuer = await TestIssuer.start();
    await issuer.serve(behaviour);
    expect(await present(await issuer.token(), issuer)).toMatchObject(UNAVAILABLE);
  });

  it("answers issuer_unavailable if an issuer's keys take too long", async () => {
    const issuer = await TestIssuer.start();
    await issuer.serve({ stalls: true });
    expect(await present(await issuer.token(), issuer)).toMatchObject(UNAVAILABLE);
  }, 10_000);

  it("follows no redirect to an issuer's keys [ASVS-9.1.3/2]", async () => {
    const issuer = await TestIssuer.start();
    const elsewhere = await TestIssuer.start();
    const headers = { Location: elsewhere.trusted.jwks_uri };
    await issuer.serve({ status: 302, headers });
    const token = await elsewhere.token({ iss: issuer.trusted.issuer });
    expect(await present(token, issuer)).toMatchObject(UNAVAILABLE);
    expect(await elsewhere.asked()).toBe(0);
  });

  it("pauses fetches of an issuer's keys after a failure, and then tries again", async () => {
    vi.useFakeTimers({ toFake: ["Date"] });
    const issuer = await TestIssuer.start();
    await issuer.serve({ status: 503 });
    const token = await issuer.token();
    for (let i = 0; i < 3; i++) expect(await present(token, issuer)).toMatchObject(UNAVAILABLE);
    expect(await issuer.asked()).toBe(1);

    await issuer.publish();
    vi.setSystemTime(Date.now() + 5000);
    expect((await present(token, issuer)).ok).toBe(true);
    expect(await issuer.asked()).toBe(2);
  });
});
