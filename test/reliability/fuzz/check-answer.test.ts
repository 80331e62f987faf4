import { describe, expect, it } from "vitest";
import { DATA_HEADERS, SECURITY_HEADERS } from "../../../src/routes/middleware/security-headers.ts";
import { flawsOfAnswer } from "./check-answer.ts";

const PROBLEM = { title: "Not found.", status: 404, code: "not_found" };

function answer(
  status: number,
  body: unknown,
  { type = "application/problem+json", headers = {} }: { type?: string; headers?: object } = {},
): Response {
  const policy = type.startsWith("text/html") ? SECURITY_HEADERS : DATA_HEADERS;
  return new Response(typeof body === "string" ? body : JSON.stringify(body), {
    status,
    headers: { ...policy, "Cache-Control": "no-store", "Content-Type": type, ...headers },
  });
}

const flawsOf = (response: Response) => flawsOfAnswer("POST", response);

describe("a correct response", () => {
  it.each([
    ["a problem", answer(404, PROBLEM)],
    [
      "an OAuth error",
      answer(400, { error: "invalid_grant", error_description: "x" }, { type: "application/json" }),
    ],
    ["a page", answer(400, "<h1>No</h1>", { type: "text/html; charset=utf-8" })],
    ["anything that went well", answer(200, "TypeError", { type: "text/plain" })],
    [
      "a 503 that says when to try again",
      answer(
        503,
        { ...PROBLEM, status: 503, code: "issuer_unavailable" },
        { headers: { "Retry-After": "5" } },
      ),
    ],
  ])("accepts %s", async (_, response) => {
    expect(await flawsOf(response)).toEqual([]);
  });
});

describe("an incorrect response", () => {
  it.each([
    [
      "a server error",
      answer(500, { ...PROBLEM, status: 500, code: "internal_error" }),
      /status is 500/,
    ],
    [
      "a 503 without a time",
      answer(503, { ...PROBLEM, status: 503, code: "issuer_unavailable" }),
      /Retry-After/,
    ],
    ["an unknown code", answer(404, { ...PROBLEM, code: "nowhere" }), /not documented/],
    ["another status in the problem", answer(410, PROBLEM), /another status/],
    ["an error in words", answer(400, "no", { type: "text/plain" }), /no body that says/],
    ["a stack", answer(404, { ...PROBLEM, detail: "at f (src/x.ts:3:1)" }), /tells of the code/],
    [
      "an exception's name",
      answer(404, { ...PROBLEM, detail: "TypeError: x" }),
      /tells of the code/,
    ],
    [
      "a loose cookie",
      answer(404, PROBLEM, { headers: { "Set-Cookie": "a=b; HttpOnly; Secure" } }),
      /cookie/,
    ],
  ])("reports %s", async (_, response, flaw) => {
    expect((await flawsOf(response)).join("; ")).toMatch(flaw);
  });

  it("reports a missing security header", async () => {
    const response = answer(404, PROBLEM);
    response.headers.delete("X-Content-Type-Options");
    expect(await flawsOf(response)).toEqual(["the header X-Content-Type-Options is missing"]);
  });
});
