import { expect, it } from "vitest";
import { authorizationResponse } from "../../../src/login-session/domain/authorization-response.ts";

const redirect = (uri: string) => ({ uri, mode: "query", issuer: "https://us.example" }) as const;

it.each([
  ["https://shop.example/back", "https://shop.example/back?code=1&iss="],
  ["https://shop.example", "https://shop.example?code=1&iss="],
  ["https://shop.example/back?", "https://shop.example/back?code=1&iss="],
  ["https://shop.example/back?a=b%20c+d", "https://shop.example/back?a=b%20c+d&code=1&iss="],
  ["https://shop.example/back?a&", "https://shop.example/back?a&code=1&iss="],
  ["com.example.app:/back", "com.example.app:/back?code=1&iss="],
  ["http://127.0.0.1:49152/back", "http://127.0.0.1:49152/back?code=1&iss="],
])("keeps the registered redirect unchanged: %s [RFC6749-3.1.2/3]", (uri, expected) => {
  expect(authorizationResponse(redirect(uri), { code: "1" })).toEqual({
    redirect_to: `${expected}https%3A%2F%2Fus.example`,
  });
});

it.each([
  ["https://shop.example/back?a=b", "https://shop.example/back?a=b#code=1&iss="],
  ["com.example.app:/back", "com.example.app:/back#code=1&iss="],
])(
  "puts the response into the fragment of %s for response_mode=fragment [RESPONSE-TYPES-2.1]",
  (uri, expected) => {
    const fragment = { ...redirect(uri), mode: "fragment" } as const;
    expect(authorizationResponse(fragment, { code: "1" })).toEqual({
      redirect_to: `${expected}https%3A%2F%2Fus.example`,
    });
  },
);

it("escapes a state so that it adds no parameter [RFC6749-10.14/2]", () => {
  const state = "a&code=2#x y";
  const told = authorizationResponse(
    { ...redirect("https://shop.example/"), state },
    { code: "1" },
  );
  if (!("redirect_to" in told)) throw new Error("it is a query");
  const { searchParams, hash } = new URL(told.redirect_to);
  expect([searchParams.getAll("code"), searchParams.get("state"), hash]).toEqual([
    ["1"],
    state,
    "",
  ]);
});
