import { describe, expect, it } from "vitest";
import {
  differsInLocalhostPort,
  isRegisteredRedirect,
} from "../../../src/oidc/authorization/redirect-uri.ts";
import { clientWith } from "../client-with.ts";

const client = (...redirect_uris: string[]) => clientWith({ client_id: "app", redirect_uris });

describe("the port of a loopback address (RFC 8252 §7.3)", () => {
  it.each([
    ["http://127.0.0.1/back", "http://127.0.0.1:49152/back"],
    ["http://127.0.0.1:1234/back", "http://127.0.0.1:49152/back"],
    ["http://127.0.0.1:1234/back", "http://127.0.0.1/back"],
    ["http://[::1]/back?a=1", "http://[::1]:49152/back?a=1"],
    ["http://127.0.0.1", "http://127.0.0.1:49152"],
  ])(
    "accepts any port of a loopback address: %s allows %s [RFC9700-2.1/2]",
    (registered, asked) => {
      expect(isRegisteredRedirect(client(registered), asked)).toBe(true);
    },
  );

  it.each([
    ["another path", "http://127.0.0.1/back", "http://127.0.0.1:1/Back"],
    ["another query", "http://127.0.0.1/back", "http://127.0.0.1:1/back?a=1"],
    ["a fragment", "http://127.0.0.1/back", "http://127.0.0.1:1/back#x"],
    ["another loopback", "http://127.0.0.1/back", "http://[::1]:1/back"],
    ["another address of the loopback", "http://127.0.0.1/back", "http://127.0.0.2:1/back"],
    ["a name", "http://127.0.0.1/back", "http://localhost:1/back"],
    ["https", "http://127.0.0.1/back", "https://127.0.0.1:1/back"],
    ["user information", "http://127.0.0.1/back", "http://127.0.0.1:1@evil.example/back"],
    ["a host that goes on", "http://127.0.0.1/back", "http://127.0.0.1.evil.example/back"],
    ["a port that is none", "http://127.0.0.1/back", "http://127.0.0.1:99999/back"],
    ["port 0", "http://127.0.0.1/back", "http://127.0.0.1:0/back"],
    ["a port in other digits", "http://127.0.0.1/back", "http://127.0.0.1:0080/back"],
    ["a slash more", "http://127.0.0.1", "http://127.0.0.1:1/"],
    [
      "the name localhost, which may be another machine",
      "http://localhost/back",
      "http://localhost:1/back",
    ],
    ["another host", "https://shop.example/back", "https://shop.example:1/back"],
  ])(
    "accepts no other change of a loopback address: not %s [RFC9700-2.1/3]",
    (_, registered, asked) => {
      expect(isRegisteredRedirect(client(registered), asked)).toBe(false);
    },
  );
});

describe("a redirect URI of localhost with another port", () => {
  it.each([
    ["http://localhost/back", "http://localhost:49152/back", true],
    ["http://localhost:3000/back", "http://localhost:3001/back", true],
    ["http://localhost/back", "http://localhost:5/other", false],
    ["http://127.0.0.1/back", "http://localhost:5/back", false],
    ["http://localhost/back", "http://localhost.evil.example:5/back", false],
    ["http://localhost/back", "http://LOCALHOST:5/back", false],
  ])("is refused, and recognised for the error text: %s, %s", (registered, sent, expected) => {
    expect(isRegisteredRedirect(client(registered), sent)).toBe(false);
    expect(differsInLocalhostPort(client(registered), sent)).toBe(expected);
  });
});
