import { expect, it } from "vitest";
import { isSameUri } from "../../../src/oidc/dpop/same-uri.ts";

const TOKEN = "https://login.example.com/token";

it.each([
  TOKEN,
  "HTTPS://LOGIN.Example.COM/token",
  "https://login.example.com:443/token",
  "https://login.example.com:/token",
  `${TOKEN}?x=1`,
  `${TOKEN}#y`,
  `${TOKEN}?x=1#y`,
  "https://login.example.com/%74oken",
  "https://login.example.com/%74%6F%6b%65n",
  "https://login.example.com/./token",
  "https://login.example.com/a/../token",
  "https://login.example.com/%2E/a/%2e%2e/token",
])("takes %j for the token endpoint [RFC9449-4.3/17]", (htu) => {
  expect(isSameUri(htu, TOKEN)).toBe(true);
});

it.each([
  "https://login.example.com/token/",
  "https://login.example.com//token",
  "https://login.example.com/Token",
  "https://login.example.com/%54oken",
  "https://login.example.com/token%2F",
  "https://login.example.com/%2Ftoken",
  "https://login.example.com/token;x",
  "https://login.example.com/",
  "https://login.example.com",
  "https://login.example.com:8443/token",
  "https://login.example.com:80/token",
  "http://login.example.com/token",
  "wss://login.example.com/token",
  "https://x@login.example.com/token",
  "https://x:y@login.example.com/token",
  "https://@login.example.com/token",
  "https://evil.example/token",
  "https://login.example.com.evil.example/token",
  "https://login.example.com./token",
  "https:/login.example.com/token",
  "https:login.example.com/token",
  "https:\\\\login.example.com\\token",
  " https://login.example.com/token",
  "https://login.example.com/to\nken",
  "https://login.example.com/%",
  "//login.example.com/token",
  "/token",
  "",
])("takes %j for another address", (htu) => {
  expect(isSameUri(htu, TOKEN)).toBe(false);
});

it("compares a host outside ASCII by its ASCII form, and percent-encodings by their bytes", () => {
  expect(isSameUri("https://bücher.example/a%2fb", "https://xn--bcher-kva.example/a%2Fb")).toBe(
    true,
  );
  expect(isSameUri("https://a.example/a%2fb", "https://a.example/a/b")).toBe(false);
});

it("takes an empty path for the root", () => {
  expect(isSameUri("https://a.example", "https://a.example/")).toBe(true);
});
