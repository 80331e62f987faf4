import { expect, it } from "vitest";
import { accessTermsOf } from "../../../src/oidc/token/access-terms.ts";

const CONFIG = { accessTokenTtl: 600_000, loginTtl: 7_776_000_000 };

it.each([
  ["shop", "openid profile", { kind: "login", ttl: 600_000 }],
  ["shop", "openid offline_access", { kind: "offline_access", ttl: 7_776_000_000 }],
  ["phone", "openid offline_access", { kind: "account" }],
  ["compare", "openid offline_access", { kind: "none" }],
])("gives the client %s with the scope %s the access terms %j", (clientId, scope, terms) => {
  expect(accessTermsOf({ clientId, scope }, CONFIG)).toEqual(terms);
});
