import { describe, expect, it, vi } from "vitest";
import { decodeTrustedBase64url } from "../../../src/lib/base64url.ts";
import { sha256 } from "../../../src/lib/digest.ts";
import { VERIFIER, withClients } from "../../support/api.ts";
import { RelyingParty } from "../../support/relying-party.ts";
import { REQUEST, SHOP } from "../../support/authorization.ts";

// Rejected requests are logged.
vi.spyOn(console, "warn").mockImplementation(() => undefined);

/**
 * What each endpoint says about a parameter that is missing or wrong. Texts are our own, and in the
 * characters of RFC 6749 §4.1.2.1 and §5.2.
 */

const shop = new RelyingParty(
  withClients({ ...SHOP, redirect_uris: [...SHOP.redirect_uris, "https://shop.example/other"] }),
  "shop",
);
const { client_id, ...PUSHED } = REQUEST;

const SECRET = "correct horse battery staple";
const SECRET_HASH = Array.from(decodeTrustedBase64url(await sha256(SECRET)), (byte) =>
  byte.toString(16).padStart(2, "0"),
).join("");

const ALLOWED = /^[\x20\x21\x23-\x5b\x5d-\x7e]+$/;

type Form = Record<string, string>;

interface Answer {
  error: string | null;
  description: string;
}

/** The error of an authorization request, from the redirect or from the page. */
async function authorize(form: Form): Promise<Answer> {
  const query = new URLSearchParams(form).toString();
  const answer = await shop.request(`/authorize?${query}`);
  const location = answer.headers.get("Location");
  if (location !== null) {
    const { searchParams } = new URL(location);
    return {
      error: searchParams.get("error"),
      description: searchParams.get("error_description") ?? "",
    };
  }
  return ofPage(await answer.text());
}

async function endSession(form: Form): Promise<Answer> {
  const query = new URLSearchParams(form).toString();
  const page = await (await shop.request(`/end_session?${query}`)).text();
  return { error: null, description: hintOf(page) };
}

function ofPage(html: string): Answer {
  const [error = "", ...description] = hintOf(html).split(": ");
  return { error, description: description.join(": ") };
}

function hintOf(html: string): string {
  const [, hint = ""] = /class="[^"]*hint[^"]*"[^>]*>([^<]*)</.exec(html) ?? [];
  return hint.replaceAll("&#39;", "'").replaceAll("&quot;", '"');
}

/** The error of an endpoint that clients call. `client_id` is sent unless the form has none. */
const send =
  (path: string) =>
  async (form: Form): Promise<Answer> => {
    const answer = await shop.request(path, { method: "POST", body: new URLSearchParams(form) });
    const { error, error_description } = await answer.json<{
      error: string;
      error_description: string;
    }>();
    return { error, description: error_description };
  };

const CODE = `${"s".repeat(43)}.${"c".repeat(43)}`;
const CODE_GRANT = {
  client_id,
  grant_type: "authorization_code",
  code: CODE,
  code_verifier: VERIFIER,
};
const REFRESH = { client_id, grant_type: "refresh_token", refresh_token: "x" };
const DEVICE = {
  client_id,
  grant_type: "urn:ietf:params:oauth:grant-type:device_code",
  device_code: CODE,
};

describe("a request without a parameter", () => {
  it.each<[string, (form: Form) => Promise<Answer>, Form, string, string, string]>([
    ["/authorize", authorize, REQUEST, "client_id", "invalid_request", "client_id is missing."],
    [
      "/authorize",
      authorize,
      REQUEST,
      "redirect_uri",
      "invalid_request",
      "redirect_uri is missing.",
    ],
    [
      "/authorize",
      authorize,
      REQUEST,
      "response_type",
      "invalid_request",
      "response_type is missing.",
    ],
    ["/authorize", authorize, REQUEST, "scope", "invalid_scope", "scope is missing."],
    [
      "/authorize",
      authorize,
      REQUEST,
      "code_challenge",
      "invalid_request",
      "code_challenge is missing.",
    ],
    [
      "/authorize",
      authorize,
      REQUEST,
      "code_challenge_method",
      "invalid_request",
      "code_challenge_method must be S256.",
    ],
    ["/par", send("/par"), REQUEST, "client_id", "invalid_request", "client_id is missing."],
    ["/par", send("/par"), REQUEST, "redirect_uri", "invalid_request", "redirect_uri is missing."],
    [
      "/par",
      send("/par"),
      REQUEST,
      "response_type",
      "invalid_request",
      "response_type is missing.",
    ],
    ["/par", send("/par"), REQUEST, "scope", "invalid_scope", "scope is missing."],
    [
      "/par",
      send("/par"),
      REQUEST,
      "code_challenge",
      "invalid_request",
      "code_challenge is missing.",
    ],
    [
      "/par",
      send("/par"),
      REQUEST,
      "code_challenge_method",
      "invalid_request",
      "code_challenge_method must be S256.",
    ],
    ["/token", send("/token"), CODE_GRANT, "client_id", "invalid_request", "client_id is missing."],
    [
      "/token",
      send("/token"),
      CODE_GRANT,
      "grant_type",
      "invalid_request",
      "grant_type is missing.",
    ],
    ["/token", send("/token"), CODE_GRANT, "code", "invalid_request", "code is missing."],
    [
      "/token",
      send("/token"),
      CODE_GRANT,
      "code_verifier",
      "invalid_grant",
      "The code gives nothing, or nothing to this client with this verifier.",
    ],
    [
      "/token",
      send("/token"),
      REFRESH,
      "refresh_token",
      "invalid_request",
      "refresh_token is missing.",
    ],
    ["/token", send("/token"), DEVICE, "device_code", "invalid_request", "device_code is missing."],
    [
      "/device_authorization",
      send("/device_authorization"),
      { client_id },
      "client_id",
      "invalid_request",
      "client_id is missing.",
    ],
    [
      "/revoke",
      send("/revoke"),
      { client_id, token: "x" },
      "client_id",
      "invalid_request",
      "client_id is missing.",
    ],
    [
      "/revoke",
      send("/revoke"),
      { client_id, token: "x" },
      "token",
      "invalid_request",
      "token is missing.",
    ],
    [
      "/introspect",
      send("/introspect"),
      { client_id, token: "x" },
      "client_id",
      "invalid_request",
      "client_id is missing.",
    ],
  ])(
    "is refused at %s by our own text [RFC6749-5.2/4]",
    async (_, ask, form, left, error, description) => {
      const { [left]: __, ...rest } = form;
      const answers = [await ask(rest), await ask({ ...rest, [left]: "" })];
      expect(answers).toEqual([
        { error, description },
        { error, description },
      ]);
    },
  );
});

const STRANGE = ['"><script>', "\\ \n\t ü", "x".repeat(6000)];

describe("a request with a wrong value", () => {
  it.each<[string, (form: Form) => Promise<Answer>, Form, string[]]>([
    [
      "/authorize",
      authorize,
      REQUEST,
      [
        ...Object.keys(REQUEST),
        ...[
          "response_mode",
          "prompt",
          "max_age",
          "id_token_hint",
          "dpop_jkt",
          "claims",
          "resource",
        ],
      ],
    ],
    [
      "/par",
      send("/par"),
      REQUEST,
      [
        ...Object.keys(REQUEST),
        ...[
          "response_mode",
          "prompt",
          "max_age",
          "id_token_hint",
          "dpop_jkt",
          "claims",
          "resource",
        ],
        ...["client_secret", "client_assertion", "client_assertion_type"],
      ],
    ],
    [
      "/token",
      send("/token"),
      CODE_GRANT,
      [...Object.keys(CODE_GRANT), "redirect_uri", "resource", "client_assertion_type"],
    ],
    ["/token", send("/token"), REFRESH, [...Object.keys(REFRESH), "scope", "resource"]],
    ["/token", send("/token"), DEVICE, [...Object.keys(DEVICE), "resource"]],
    ["/device_authorization", send("/device_authorization"), { client_id }, ["scope", "resource"]],
    ["/introspect", send("/introspect"), { client_id, token: "x" }, ["client_id", "token"]],
    ["/revoke", send("/revoke"), { client_id, token: "x" }, ["client_id", "client_secret"]],
    ["/end_session", endSession, {}, ["id_token_hint"]],
  ])(
    "is described at %s in the allowed characters, without the value [RFC6749-5.2/5]",
    async (_, ask, form, names) => {
      for (const name of names) {
        for (const value of STRANGE) {
          // A scope of unknown names is ignored beside openid; this one is alone.
          const { description } = await ask({ ...form, [name]: value });
          expect(description, name).toMatch(ALLOWED);
          expect(description, name).toMatch(/[.]$/);
          expect(description, name).not.toMatch(/script|xxx|Invalid|Expected|received/);
        }
      }
    },
  );

  it.each([
    ["scope", "invalid_scope", 'openid "x"'],
    ["claims", "invalid_request", "{"],
    ["resource", "invalid_target", "https://elsewhere.example"],
    ["response_mode", "invalid_request", "jwt"],
    ["max_age", "invalid_request", "soon"],
  ])("names the parameter %s", async (name, error, value) => {
    for (const ask of [authorize, send("/par")]) {
      const answer = await ask({ client_id, ...PUSHED, [name]: value });
      expect(answer).toEqual({
        error,
        description: expect.stringMatching(new RegExp(`^${name} `)),
      });
    }
  });
});

describe("a request of a confidential client without a parameter", () => {
  const confidential = new RelyingParty(
    withClients({ ...SHOP, client_secret_sha256: SECRET_HASH }),
    "shop",
    SECRET,
  );
  const ASSERTION = {
    client_id,
    client_assertion: "x",
    client_assertion_type: "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
  };

  it.each([
    ["/introspect", "token"],
    ["/revoke", "token"],
  ])("is described by our own text: %s without %s", async (path, name) => {
    const answer = await confidential.post(path, {});
    expect(await answer.json()).toEqual({
      error: "invalid_request",
      error_description: `${name} is missing.`,
    });
  });

  it.each([
    ["client_assertion", "client_assertion is missing."],
    ["client_assertion_type", `client_assertion_type must be ${ASSERTION.client_assertion_type}.`],
  ])("is described by our own text: an assertion without %s", async (name, description) => {
    const form = Object.entries(ASSERTION).filter(([other]) => other !== name);
    for (const path of ["/par", "/token", "/device_authorization", "/introspect", "/revoke"]) {
      const answer = await send(path)(Object.fromEntries(form));
      expect(answer).toEqual({ error: "invalid_request", description });
    }
  });
});

describe("a request with a parameter that is given twice", () => {
  it("is refused at every endpoint by our own text", async () => {
    const twice = new URLSearchParams([
      ["client_id", client_id],
      ["x", "1"],
      ["x", "2"],
    ]);
    for (const path of ["/par", "/token", "/device_authorization", "/introspect", "/revoke"]) {
      const answer = await shop.request(path, { method: "POST", body: twice });
      expect(await answer.json()).toEqual({
        error: "invalid_request",
        error_description: "A parameter is given twice.",
      });
    }
  });
});
