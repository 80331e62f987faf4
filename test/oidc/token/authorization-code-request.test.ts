import { describe, expect, it } from "vitest";
import { parseCodeRequest } from "../../../src/oidc/token/authorization-code-request.ts";
import { VERIFIER } from "../../support/api.ts";

const SESSION_ID = "s".repeat(43);
const CODE = `${SESSION_ID}.${"c".repeat(43)}`;
const FORM = { code: CODE, code_verifier: VERIFIER };

/** Parses a valid form with these changes; `undefined` removes a parameter. */
function parse(
  change: Record<string, string | undefined> = {},
  pkce: "required" | "optional" = "required",
): unknown {
  const entries = Object.entries<string | undefined>({ ...FORM, ...change });
  const form = new Map(entries.flatMap(([name, value]) => (value ? [[name, value]] : [])));
  const request = parseCodeRequest(form, { pkce });
  return request.ok ? request.value : request.error;
}

describe("parseCodeRequest", () => {
  it("reads the code, its session and the verifier of a token request", () => {
    expect(parse()).toEqual({ code: CODE, sessionId: SESSION_ID, verifier: VERIFIER });
  });

  it("reads the optional redirect_uri of a token request", () => {
    const redirect_uri = "https://shop.example/back";
    expect(parse({ redirect_uri })).toMatchObject({ redirectUri: redirect_uri });
  });

  it("ignores other parameters of a token request (RFC 6749 §3.2)", () => {
    expect(parse({ resource: "x", audience: "y", __proto__: "z" })).toEqual(parse());
  });

  it("rejects a token request without a code", () => {
    expect(parse({ code: undefined })).toEqual({
      code: "invalid_request",
      description: "code is missing.",
    });
  });

  it("rejects a code without code_verifier (RFC 7636 §4.6)", () => {
    expect(parse({ code_verifier: undefined })).toMatchObject({ code: "invalid_grant" });
  });

  it("leaves a missing code_verifier to the login session if PKCE is optional for the client", () => {
    expect(parse({ code_verifier: undefined }, "optional")).toEqual({
      code: CODE,
      sessionId: SESSION_ID,
    });
  });

  it.each([
    "a".repeat(42),
    "a".repeat(129),
    `${"a".repeat(43)}+`,
    `${"a".repeat(43)} `,
    "ä".repeat(43),
  ])(
    "rejects a verifier that RFC 7636 §4.1 doesn't allow (%#) [RFC7636-4.1/2]",
    (code_verifier) => {
      expect(parse({ code_verifier })).toMatchObject({ code: "invalid_request" });
    },
  );

  it.each(["a".repeat(43), `${"a".repeat(124)}-._~`])(
    "accepts every verifier that RFC 7636 §4.1 allows (%#) [RFC7636-4.1]",
    (verifier) => {
      expect(parse({ code_verifier: verifier })).toMatchObject({ verifier });
    },
  );

  it.each([
    SESSION_ID,
    `${CODE}.`,
    `${CODE}x`,
    `x${CODE}`,
    `${CODE}\n`,
    CODE.replace(".", ":"),
    CODE.replace("c", "+"),
    `${CODE}.${"c".repeat(43)}.${"c".repeat(43)}`,
    "x".repeat(5000),
  ])("rejects a malformed code (%#)", (code) => {
    expect(parse({ code })).toMatchObject({ code: "invalid_grant" });
  });

  it("rejects an over-long redirect_uri in a token request", () => {
    const redirect_uri = `https://shop.example/${"x".repeat(2000)}`;
    expect(parse({ redirect_uri })).toMatchObject({ code: "invalid_request" });
  });
});
