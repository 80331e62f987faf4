import { JwtVerifier } from "aws-jwt-verify";
import express from "express";
import { auth } from "express-oauth2-jwt-bearer";
import { createRemoteJWKSet, jwtVerify } from "jose";
import jwt from "jsonwebtoken";
import jwksClient from "jwks-rsa";
import * as client from "openid-client";
import { describe, expect, it } from "vitest";
import { startSite } from "../e2e/support/site.ts";
import { provider } from "./support/provider.ts";
import { SECRET } from "./support/registrations.ts";
import { UserAgent } from "./support/user-agent.ts";

/** Libraries that check tokens of this server, in the two algorithms that most of them know. */

const { issuer } = provider;
const jwksUri = `${issuer}/.well-known/jwks.json`;

const CLIENTS = { RS256: "tokens-rs256", ES256: "tokens-es256" } as const;
type Algorithm = keyof typeof CLIENTS;

async function logIn(alg: Algorithm): Promise<{ idToken: string; accessToken: string }> {
  const metadata = { client_secret: SECRET, id_token_signed_response_alg: alg };
  const config = await client.discovery(new URL(issuer), CLIENTS[alg], metadata);
  const pkceCodeVerifier = client.randomPKCECodeVerifier();
  const request = client.buildAuthorizationUrl(config, {
    scope: "openid profile",
    redirect_uri: `${provider.sites[CLIENTS[alg]]}/callback`,
    code_challenge: await client.calculatePKCECodeChallenge(pkceCodeVerifier),
    code_challenge_method: "S256",
  });
  const back = await new UserAgent(CLIENTS[alg]).authorize(request);
  const tokens = await client.authorizationCodeGrant(config, back, { pkceCodeVerifier });
  return { idToken: tokens.id_token ?? "", accessToken: tokens.access_token };
}

/** Each returns the claims of a token, or throws. */
const CHECKERS: Record<
  string,
  (token: string, audience: string, alg: Algorithm) => Promise<unknown>
> = {
  async jose(token, audience, alg) {
    const keys = createRemoteJWKSet(new URL(jwksUri));
    const options = { issuer, audience, algorithms: [alg] };
    return (await jwtVerify(token, keys, options)).payload;
  },
  async "jsonwebtoken with jwks-rsa"(token, audience, alg) {
    const header = jwt.decode(token, { complete: true })?.header;
    const key = await jwksClient({ jwksUri }).getSigningKey(header?.kid);
    return jwt.verify(token, key.getPublicKey(), { issuer, audience, algorithms: [alg] });
  },
  async "aws-jwt-verify"(token, audience) {
    return await JwtVerifier.create({ issuer, audience, jwksUri }).verify(token);
  },
};

describe.each(["RS256", "ES256"] as const)("%s", (alg) => {
  it.each(Object.keys(CHECKERS))(
    `%s verifies ID tokens and access tokens of ${alg}`,
    async (name) => {
      const { idToken, accessToken } = await logIn(alg);
      const check = CHECKERS[name];
      expect(await check?.(idToken, CLIENTS[alg], alg)).toMatchObject({ name: "Ada Lovelace" });
      expect(await check?.(accessToken, issuer, alg)).toMatchObject({ client_id: CLIENTS[alg] });
      await expect(check?.(idToken, "another-client", alg)).rejects.toThrow(/aud/i);
    },
  );

  it(`express-oauth2-jwt-bearer accepts access tokens of ${alg}, and no ID tokens`, async () => {
    const { idToken, accessToken } = await logIn(alg);
    const api = express();
    api.use(auth({ issuerBaseURL: issuer, audience: issuer, tokenSigningAlg: alg, strict: true }));
    api.get("/", (request, response) => void response.json(request.auth?.payload));
    await using site = await startSite(api);
    const ask = (token: string) =>
      fetch(site.origin, { headers: { Authorization: `Bearer ${token}` } });

    const answer = await ask(accessToken);
    expect(await answer.json()).toMatchObject({ client_id: CLIENTS[alg] });
    expect((await ask(idToken)).status).toBe(401);
  });
});
