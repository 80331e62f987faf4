import type { PublicKeyCredentialRequestOptionsJSON } from "@simplewebauthn/server";
import { evictAllDurableObjects, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { Hono } from "hono";
import { afterEach, describe, expect, it, vi } from "vitest";
import { accountStub } from "../../../src/accounts/account-stub.ts";
import { configOf } from "../../../src/config/index.ts";
import { encodeBase64url } from "../../../src/lib/base64url.ts";
import { account } from "../../../src/routes/account/index.ts";
import type { AppEnv } from "../../../src/routes/app-env.ts";
import { problemResponse, ProblemError } from "../../../src/routes/middleware/problem-response.ts";
import { Authenticator, type Deviations } from "../../support/authenticator.ts";
import { ISSUER, problemOf } from "../../support/api.ts";
import { TestBrowser } from "../../support/test-browser.ts";

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
const NOBODY = { signed_in: false, passkeys: true };

afterEach(() => {
  vi.useRealTimers();
});

/** A phone whose owner has just created an account, or tried to. */
async function register(deviations: Deviations = {}, browser = new TestBrowser()) {
  const authenticator = await Authenticator.make(ISSUER);
  const options = await browser.registrationOptions();
  const response = await authenticator.create(options, deviations);
  const answer = await browser.post("/account/register", { response });
  return { browser, authenticator, options, response, answer };
}

/** The same, for whom all that follows is about something else. */
async function signedInPhone() {
  const phone = await register();
  const { account } = await phone.answer.json<{ account: { sub: string; name: string } }>();
  return { ...phone, account };
}

/** Many passkeys send a signature counter of zero, always (WebAuthn Level 3 §6.1.1). */
const phoneWithoutCounter = () => register({ counter: 0 });

async function signIn(browser: TestBrowser, authenticator: Authenticator, deviations?: Deviations) {
  const response = await authenticator.get(await browser.signInOptions(), deviations);
  return await browser.post("/account/sign-in", { response });
}

/** The phone's secret, and everything that the account keeps. */
async function storageOf(sub: string): Promise<[string, unknown][]> {
  return await runInDurableObject(accountStub(env, sub), (_, state) => [
    ...state.storage.kv.list(),
  ]);
}

describe("creating an account", () => {
  it("requests a discoverable passkey with user verification", async () => {
    const options = await new TestBrowser().registrationOptions("  Ada Lovelace ");
    expect(options).toMatchObject({
      rp: { id: "localhost" },
      user: { name: "Ada Lovelace", displayName: "Ada Lovelace" },
      attestation: "none",
      authenticatorSelection: { residentKey: "required", userVerification: "required" },
    });
    expect(options.pubKeyCredParams.map(({ alg }) => alg)).toEqual([-7, -8, -257]);
    expect(atob(options.user.id)).toMatch(/^pk_[\w-]{43}$/);
  });

  it("signs the new account's phone in by an HttpOnly cookie [ASVS-3.3.1]", async () => {
    const { browser, answer, options } = await register();
    expect(answer.status).toBe(201);
    const sub = atob(options.user.id);
    expect(await answer.json()).toEqual({ account: { sub, name: "Ada" } });

    const [cookie] = answer.headers
      .getSetCookie()
      .filter((line) => line.startsWith("__Host-phone"));
    expect(cookie).toMatch(
      /^__Host-phone=pk_[\w-]{43}\.[\w-]{43}; Max-Age=7776000; Path=\/; HttpOnly; Secure; SameSite=Strict$/,
    );
    expect(await browser.whoAmI()).toEqual({
      signed_in: true,
      passkeys: true,
      account: { sub, name: "Ada" },
    });
    expect(browser.cookies.has("__Host-ceremony")).toBe(false);
  });

  it("stores the phone's secret only as a hash", async () => {
    const { browser, account } = await signedInPhone();
    const [, secret = ""] = browser.cookies.get("__Host-phone")?.split(".") ?? [];
    expect(secret).toHaveLength(43);
    const stored = await storageOf(account.sub);
    expect(stored.map(([key]) => key.split(":")[0])).toEqual([
      "credential",
      "event",
      "profile",
      "session",
    ]);
    expect(JSON.stringify(stored)).not.toContain(secret);
  });

  it("accepts a passkey with self attestation", async () => {
    expect((await register({ attestedBy: "itself" })).answer.status).toBe(201);
  });

  it.each<[string, Deviations]>([
    ["made on another origin", { origin: "https://evil.example" }],
    ["made on another port", { origin: "http://localhost:8788" }],
    ["made for another relying party", { rpId: "evil.example" }],
    ["made in a frame of another site", { crossOrigin: true }],
    ["made without verifying the person [ASVS-6.3.3/2]", { userVerified: false }],
    ["made without anyone there", { userPresent: false }],
    ["answering another challenge", { challenge: encodeBase64url(new Uint8Array(32)) }],
    ["that is the answer to a sign-in", { type: "webauthn.get" }],
    ["with an algorithm nobody asked for", { algorithm: -35 }],
    ["with a certificate nobody asked for", { attestedBy: "certificate" }],
  ])("refuses to register a passkey %s", async (_, deviations) => {
    const { browser, answer, options } = await register(deviations);
    expect(await problemOf(answer)).toEqual([403, "passkey_invalid"]);
    expect(await browser.whoAmI()).toEqual(NOBODY);
    expect(browser.cookies.size).toBe(0);
    expect(await storageOf(atob(options.user.id))).toEqual([]);
  });

  it("creates one account for each registration ceremony [OIDC-CORE-8/2]", async () => {
    const browser = new TestBrowser();
    const authenticator = await Authenticator.make(ISSUER);
    const options = await browser.registrationOptions();
    const ceremony = browser.cookies.get("__Host-ceremony") ?? "";
    const response = await authenticator.create(options);
    expect((await browser.post("/account/register", { response })).status).toBe(201);
    const before = await storageOf(atob(options.user.id));

    const another = new TestBrowser();
    another.cookies.set("__Host-ceremony", ceremony);
    const again = await another.post("/account/register", { response });
    expect(await problemOf(again)).toEqual([400, "ceremony_expired"]);
    expect(await storageOf(atob(options.user.id))).toEqual(before);
  });

  it.each([
    ["empty", ""],
    ["of spaces", "   "],
    ["over 80 characters", "x".repeat(81)],
    ["with a line break", "Ada\nLovelace"],
    ["with a control character", "Ada\u0000"],
    ["with a mark that turns the direction", "Ada \u202etxt"],
    ["that nobody can see", "\u200b\u2060"],
    ["that is no text", 7],
    ["that is missing", undefined],
  ])("refuses a name %s", async (_, name) => {
    const answer = await new TestBrowser().post("/account/register/options", { name });
    expect(await problemOf(answer)).toEqual([400, "invalid_request"]);
    expect(answer.headers.getSetCookie()).toEqual([]);
  });

  it.each(["x".repeat(80), "Zoë", "李小龍", "👩🏽‍🚀", "O’Neil-Smith Jr. (3)"])(
    "takes the name %s",
    async (name) => {
      expect((await new TestBrowser().registrationOptions(name)).user.name).toBe(name);
    },
  );
});

describe("signing in", () => {
  it("requests any passkey of this site at sign-in", async () => {
    const options = await new TestBrowser().signInOptions();
    expect(options).toMatchObject({ rpId: "localhost", userVerification: "required" });
    expect(options.allowCredentials).toBeUndefined();
    expect(options.challenge).toMatch(/^[\w-]{43}$/);
  });

  it.each(["ES256", "EdDSA", "RS256"] as const)(
    "lets a phone in whose passkey signs with %s",
    async (algorithm) => {
      const authenticator = await Authenticator.make(ISSUER, { algorithm });
      const first = new TestBrowser();
      const response = await authenticator.create(await first.registrationOptions());
      const registered = await first.post("/account/register", { response });
      expect(registered.status).toBe(201);
      const { account } = await registered.json<{ account: unknown }>();

      const second = new TestBrowser();
      const answer = await signIn(second, authenticator);
      expect(answer.status).toBe(200);
      expect(await answer.json()).toEqual({ account });
      expect(await second.whoAmI()).toEqual({ signed_in: true, passkeys: true, account });
    },
  );

  it("signs in although the objects are evicted between any two steps", async () => {
    const browser = new TestBrowser();
    const authenticator = await Authenticator.make(ISSUER);
    const options = await browser.registrationOptions();
    await evictAllDurableObjects();
    const response = await authenticator.create(options);
    expect((await browser.post("/account/register", { response })).status).toBe(201);
    await evictAllDurableObjects();
    expect(await browser.whoAmI()).toMatchObject({ signed_in: true });
    const request = await browser.signInOptions();
    await evictAllDurableObjects();
    const assertion = await authenticator.get(request);
    const answer = await browser.post("/account/sign-in", { response: assertion });
    expect(answer.status).toBe(200);
    await evictAllDurableObjects();
    expect(await browser.whoAmI()).toMatchObject({ signed_in: true });
  });

  it("ends the previous session of the phone at a new sign-in [ASVS-7.2.4]", async () => {
    const { browser, authenticator } = await signedInPhone();
    const before = new TestBrowser();
    before.cookies.set("__Host-phone", browser.cookies.get("__Host-phone") ?? "");
    expect((await signIn(browser, authenticator)).status).toBe(200);
    expect(await browser.whoAmI()).toMatchObject({ signed_in: true });
    expect(await before.whoAmI()).toEqual(NOBODY);
  });

  it.each<[string, Deviations]>([
    ["on another origin", { origin: "https://evil.example" }],
    ["for another relying party", { rpId: "evil.example" }],
    ["in a frame of another site", { crossOrigin: true }],
    ["without verifying the person [ASVS-6.3.3]", { userVerified: false }],
    ["without anyone there", { userPresent: false }],
    ["with another challenge", { challenge: encodeBase64url(new Uint8Array(32)) }],
    ["with the answer to a registration", { type: "webauthn.create" }],
    ["with a counter that stood still", { counter: 1 }],
    ["with a counter that went back", { counter: 0 }],
    ["with a passkey that suddenly may be copied", { backupEligible: true }],
    ["with a passkey that isn't known [ASVS-6.3.8/2]", { credentialId: "AAAAAAAAAAAAAAAAAAAAAA" }],
    [
      "for an account that isn't there [ASVS-6.3.8]",
      { userHandle: btoa(`pk_${"A".repeat(43)}`).replace(/=/g, "") },
    ],
    ["for somebody who isn't an account", { userHandle: "YWRh" }],
  ])("refuses a sign-in %s", async (_, deviations) => {
    const { authenticator, account } = await signedInPhone();
    const before = await storageOf(account.sub);
    const browser = new TestBrowser();
    const answer = await signIn(browser, authenticator, deviations);
    expect(await problemOf(answer)).toEqual([403, "passkey_invalid"]);
    expect(await browser.whoAmI()).toEqual(NOBODY);
    expect(browser.cookies.size).toBe(0);
    expect(await storageOf(account.sub)).toEqual(before);
  });

  it("rejects a passkey that belongs to another account than the user handle", async () => {
    const ada = await signedInPhone();
    const eve = await signedInPhone();
    const hers = { userHandle: ada.options.user.id };
    for (const deviations of [hers, { ...hers, credentialId: ada.authenticator.credentialId }]) {
      const answer = await signIn(new TestBrowser(), eve.authenticator, deviations);
      expect(await problemOf(answer)).toEqual([403, "passkey_invalid"]);
    }
  });

  it("signs nobody in to the account of an attacker who registered a copy of their passkey", async () => {
    const ada = await signedInPhone();
    // Without attestation a public key can be registered by whoever has seen it.
    const eve = new TestBrowser();
    const options = await eve.registrationOptions("Eve");
    const response = await ada.authenticator.create(options);
    expect((await eve.post("/account/register", { response })).status).toBe(201);

    // Ada's authenticator goes on to say whose passkey it is.
    const browser = new TestBrowser();
    const answer = await signIn(browser, ada.authenticator, { userHandle: ada.options.user.id });
    expect(await answer.json()).toEqual({ account: ada.account });
  });

  it("accepts an answer once, also from a passkey without a counter [ASVS-6.7.2]", async () => {
    const { authenticator } = await phoneWithoutCounter();
    const browser = new TestBrowser();
    const response = await authenticator.get(await browser.signInOptions(), { counter: 0 });
    const thief = new TestBrowser();
    thief.cookies.set("__Host-ceremony", browser.cookies.get("__Host-ceremony") ?? "");
    expect((await browser.post("/account/sign-in", { response })).status).toBe(200);
    const again = await thief.post("/account/sign-in", { response });
    expect(await problemOf(again)).toEqual([400, "ceremony_expired"]);
    expect(await thief.whoAmI()).toEqual(NOBODY);
  });

  it("rejects a ceremony that began before one that was used", async () => {
    vi.useFakeTimers({ toFake: ["Date"] });
    const { authenticator } = await phoneWithoutCounter();
    const [older, newer] = [new TestBrowser(), new TestBrowser()];
    const response = await authenticator.get(await older.signInOptions(), { counter: 0 });
    vi.setSystemTime(Date.now() + 1);
    expect((await signIn(newer, authenticator, { counter: 0 })).status).toBe(200);
    const answer = await older.post("/account/sign-in", { response });
    expect(await problemOf(answer)).toEqual([400, "ceremony_expired"]);
  });

  it("accepts one of two simultaneous responses to the same challenge", async () => {
    const { authenticator } = await signedInPhone();
    const browser = new TestBrowser();
    const response = await authenticator.get(await browser.signInOptions());
    const twin = new TestBrowser();
    twin.cookies.set("__Host-ceremony", browser.cookies.get("__Host-ceremony") ?? "");
    const answers = await Promise.all([
      browser.post("/account/sign-in", { response }),
      twin.post("/account/sign-in", { response }),
    ]);
    expect(answers.filter((answer) => answer.status === 200)).toHaveLength(1);
  });
});

describe("a ceremony", () => {
  /** Answers a sign-in with whatever became of its cookie. */
  async function answerAfter(change: (browser: TestBrowser) => unknown): Promise<Response> {
    const { authenticator } = await signedInPhone();
    const browser = new TestBrowser();
    const response = await authenticator.get(await browser.signInOptions());
    await change(browser);
    return await browser.post("/account/sign-in", { response });
  }

  it("keeps the WebAuthn challenge in a cookie for five minutes [ASVS-3.3.1/2]", async () => {
    const answer = await new TestBrowser().post("/account/sign-in/options", {});
    expect(answer.headers.getSetCookie()).toEqual([
      expect.stringMatching(
        /^__Host-ceremony=[\w.-]+; Max-Age=300; Path=\/; HttpOnly; Secure; SameSite=Strict$/,
      ),
    ]);
  });

  it.each<[string, (browser: TestBrowser) => unknown]>([
    ["its cookie is missing", (browser) => browser.cookies.clear()],
    ["its cookie is no JWT", (browser) => browser.cookies.set("__Host-ceremony", "x")],
    [
      "its cookie was changed",
      (browser) => {
        const [head, , signature] = browser.cookies.get("__Host-ceremony")?.split(".") ?? [];
        const claims = encodeBase64url(new TextEncoder().encode('{"challenge":"x","begun_at":1}'));
        browser.cookies.set("__Host-ceremony", `${head}.${claims}.${signature}`);
      },
    ],
    ["it was one of registering", (browser) => browser.registrationOptions()],
    [
      "it took too long",
      () => {
        vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + 5 * MINUTE + 1000 });
      },
    ],
  ])("rejects a ceremony when %s", async (_, change) => {
    const answer = await answerAfter(change);
    expect(await problemOf(answer)).toEqual([400, "ceremony_expired"]);
    expect(answer.headers.getSetCookie()).toEqual([
      expect.stringMatching(/^__Host-ceremony=; Max-Age=0; Path=\/;/),
    ]);
  });

  it("accepts a ceremony just before its time is over", async () => {
    const answer = await answerAfter(() => {
      vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + 5 * MINUTE - 2000 });
    });
    expect(answer.status).toBe(200);
  });

  it("rejects a sign-in ceremony for a registration", async () => {
    const browser = new TestBrowser();
    const authenticator = await Authenticator.make(ISSUER);
    const response = await authenticator.create(await browser.registrationOptions());
    await browser.signInOptions();
    const answer = await browser.post("/account/register", { response });
    expect(await problemOf(answer)).toEqual([400, "ceremony_expired"]);
  });

  it("rejects the ceremony of another browser", async () => {
    const { authenticator } = await signedInPhone();
    const response = await authenticator.get(await new TestBrowser().signInOptions());
    const browser = new TestBrowser();
    await browser.signInOptions();
    const answer = await browser.post("/account/sign-in", { response });
    expect(await problemOf(answer)).toEqual([403, "passkey_invalid"]);
  });
});

describe("staying signed in", () => {
  it("ends every copy of the cookie at a sign-out [ASVS-7.4.1]", async () => {
    const { browser, account } = await signedInPhone();
    const copy = new TestBrowser();
    copy.cookies.set("__Host-phone", browser.cookies.get("__Host-phone") ?? "");
    const answer = await browser.post("/account/sign-out", {});
    expect(answer.status).toBe(204);
    expect(browser.cookies.size).toBe(0);
    expect(await browser.whoAmI()).toEqual(NOBODY);
    expect(await copy.whoAmI()).toEqual(NOBODY);
    expect((await storageOf(account.sub)).some(([key]) => key.startsWith("session:"))).toBe(false);
  });

  it("answers a sign-out of a phone that is not signed in with 204", async () => {
    expect((await new TestBrowser().post("/account/sign-out", {})).status).toBe(204);
  });

  it("keeps a phone signed in as long as it is used every 90 days [ASVS-7.1.1]", async () => {
    const { browser } = await signedInPhone();
    vi.useFakeTimers({ toFake: ["Date"] });
    for (let visit = 0; visit < 3; visit++) {
      vi.setSystemTime(Date.now() + 89 * DAY);
      const answer = await browser.get("/account");
      expect(await answer.json()).toMatchObject({ signed_in: true });
      expect(answer.headers.getSetCookie()).toEqual([expect.stringContaining("Max-Age=7776000")]);
    }
    vi.setSystemTime(Date.now() + 90 * DAY + 1);
    expect(await browser.whoAmI()).toEqual(NOBODY);
  });

  it("keeps 20 phone sessions and ends the one unused for longest [ASVS-7.1.2]", async () => {
    vi.useFakeTimers({ toFake: ["Date"] });
    const { browser, authenticator } = await signedInPhone();
    const phones = [browser];
    for (let i = 1; i <= 20; i++) {
      vi.setSystemTime(Date.now() + 1000);
      phones.push(new TestBrowser());
      expect((await signIn(phones[i] ?? browser, authenticator)).status).toBe(200);
    }
    const known = await Promise.all(phones.map(async (phone) => await phone.whoAmI()));
    expect(known[0]).toEqual(NOBODY);
    for (const phone of known.slice(1)) expect(phone).toMatchObject({ signed_in: true });
  });

  it.each([
    ["an account that isn't there", `pk_${"A".repeat(43)}.${"B".repeat(43)}`],
    ["no secret", `pk_${"A".repeat(43)}`],
    ["three parts", `pk_${"A".repeat(43)}.${"B".repeat(43)}.C`],
    ["a subject of another source", `ada.${"B".repeat(43)}`],
    ["nothing", ""],
  ])("treats a cookie with %s as not signed in", async (_, value) => {
    const browser = new TestBrowser();
    browser.cookies.set("__Host-phone", value);
    const answer = await browser.get("/account");
    expect(await answer.json()).toEqual(NOBODY);
    expect(answer.headers.getSetCookie()).toEqual([]);
  });

  it("rejects a wrong secret for a real account [ASVS-7.2.1]", async () => {
    const { account } = await signedInPhone();
    const browser = new TestBrowser();
    browser.cookies.set("__Host-phone", `${account.sub}.${"B".repeat(43)}`);
    expect(await browser.whoAmI()).toEqual(NOBODY);
  });
});

describe("requests from elsewhere", () => {
  const PATHS = ["register/options", "register", "sign-in/options", "sign-in", "sign-out"];
  const ORIGINS: [string, Record<string, string | undefined>][] = [
    ["another site", { Origin: "https://evil.example" }],
    ["another port", { Origin: "http://localhost:8788" }],
    ["a sandboxed page", { Origin: "null" }],
    ["no page", { Origin: undefined, "Sec-Fetch-Site": undefined }],
    ["a sibling domain", { "Sec-Fetch-Site": "same-site" }],
    ["another site, by its metadata", { "Sec-Fetch-Site": "cross-site" }],
  ];

  it.each(PATHS.flatMap((path) => ORIGINS.map(([who, headers]) => [path, who, headers] as const)))(
    "refuses POST /account/%s from %s [ASVS-3.5.1]",
    async (path, _, headers) => {
      const browser = new TestBrowser();
      Object.assign(browser.headers, headers);
      const answer = await browser.post(`/account/${path}`, {});
      expect(await problemOf(answer)).toEqual([403, "origin_not_allowed"]);
    },
  );

  it("signs no phone out for a request from another site", async () => {
    const { browser } = await signedInPhone();
    browser.headers["Origin"] = "https://evil.example";
    await browser.post("/account/sign-out", {});
    expect(await browser.whoAmI()).toMatchObject({ signed_in: true });
  });

  it("accepts requests of our own pages from a browser that sends no fetch metadata", async () => {
    const browser = new TestBrowser();
    browser.headers["Sec-Fetch-Site"] = undefined;
    expect((await browser.post("/account/sign-in/options", {})).status).toBe(200);
  });
});

describe("bad input", () => {
  const options: PublicKeyCredentialRequestOptionsJSON = { challenge: "x", rpId: "localhost" };

  it.each<[string, string, unknown]>([
    ["an unknown member", "register/options", { name: "Ada", admin: true }],
    ["a body that isn't empty", "sign-in/options", { user: "ada" }],
    ["a body that isn't empty", "sign-out", { everywhere: true }],
    ["a body that isn't JSON", "register/options", "{"],
    ["a list", "register/options", []],
    ["no response", "register", {}],
    ["no response", "sign-in", {}],
    ["a response that is text", "sign-in", { response: "x" }],
  ])("rejects %s at %s", async (_, path, body) => {
    const answer = await new TestBrowser().post(`/account/${path}`, body);
    expect(await problemOf(answer)).toEqual([400, "invalid_request"]);
  });

  it.each<[string, object]>([
    ["a signature that isn't base64url", { signature: "!" }],
    ["a signature too long", { signature: "A".repeat(1025) }],
    ["client data too long", { clientDataJSON: "A".repeat(2049) }],
    ["authenticator data too long", { authenticatorData: "A".repeat(2049) }],
    ["a user handle too long", { userHandle: "A".repeat(87) }],
    ["no user handle", { userHandle: undefined }],
    ["a number for a signature", { signature: 1 }],
  ])("rejects an assertion with %s before it is verified", async (_, change) => {
    const authenticator = await Authenticator.make(ISSUER);
    const assertion = await authenticator.get(options, { userHandle: "YWRh" });
    const response = { ...assertion, response: { ...assertion.response, ...change } };
    const answer = await new TestBrowser().post("/account/sign-in", { response });
    expect(await problemOf(answer)).toEqual([400, "invalid_request"]);
  });

  it.each<[string, Partial<Deviations>, object]>([
    ["garbage for an attestation object", {}, { attestationObject: "AAAA" }],
    ["garbage for client data", {}, { clientDataJSON: "AAAA" }],
  ])("rejects a registration with %s", async (_, deviations, change) => {
    const browser = new TestBrowser();
    const authenticator = await Authenticator.make(ISSUER);
    const made = await authenticator.create(await browser.registrationOptions(), deviations);
    const response = { ...made, response: { ...made.response, ...change } };
    const answer = await browser.post("/account/register", { response });
    expect(await problemOf(answer)).toEqual([403, "passkey_invalid"]);
  });

  it("ignores unknown members of a WebAuthn response", async () => {
    const browser = new TestBrowser();
    const authenticator = await Authenticator.make(ISSUER);
    const made = await authenticator.create(await browser.registrationOptions());
    const response = { ...made, hints: ["x"], response: { ...made.response, publicKey: "AAAA" } };
    expect((await browser.post("/account/register", { response })).status).toBe(201);
  });

  it("answers another method with 405 and the allowed ones", async () => {
    const answer = await new TestBrowser().get("/account/sign-in");
    expect(answer.headers.get("Allow")).toBe("POST");
    expect(await problemOf(answer)).toEqual([405, "method_not_allowed"]);
  });

  it("limits the requests of one address", async () => {
    const browser = new TestBrowser();
    for (let i = 0; i < 60; i++) {
      expect((await browser.post("/account/sign-in", {})).status).toBe(400);
    }
    const answer = await browser.post("/account/sign-in", {});
    expect(await problemOf(answer)).toEqual([429, "too_many_requests"]);
    expect((await new TestBrowser().post("/account/sign-in", {})).status).toBe(400);
  });
});

describe("with passkeys turned off", () => {
  function withoutPasskeys(): TestBrowser {
    const app = new Hono<AppEnv>();
    app.use(async (c, next) => {
      c.set("config", { ...configOf(env), passkeys: false });
      await next();
    });
    app.route("/account", account);
    app.onError((error) => {
      if (error instanceof ProblemError) return problemResponse(error.code, error.details);
      throw error;
    });
    return new TestBrowser((request) => app.fetch(request, env));
  }

  it.each(["register/options", "register", "sign-in/options", "sign-in"])(
    "answers POST /account/%s with passkeys_off when passkeys are off",
    async (path) => {
      const answer = await withoutPasskeys().post(`/account/${path}`, {});
      expect(await problemOf(answer)).toEqual([404, "passkeys_off"]);
      expect(answer.headers.getSetCookie()).toEqual([]);
    },
  );

  it("ignores an old cookie when passkeys are off, and still signs out", async () => {
    const { browser } = await signedInPhone();
    const off = withoutPasskeys();
    off.cookies.set("__Host-phone", browser.cookies.get("__Host-phone") ?? "");
    expect(await off.whoAmI()).toEqual({ signed_in: false, passkeys: false });
    expect((await off.post("/account/sign-out", {})).status).toBe(204);
    expect(await browser.whoAmI()).toEqual(NOBODY);
  });
});

it("stores nothing for accounts that were never created", async () => {
  const sub = `pk_${"C".repeat(43)}`;
  const browser = new TestBrowser();
  browser.cookies.set("__Host-phone", `${sub}.${"B".repeat(43)}`);
  await browser.whoAmI();
  await browser.post("/account/sign-out", {});
  expect(await storageOf(sub)).toEqual([]);
});
