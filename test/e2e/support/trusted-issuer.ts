import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { exportJWK, generateKeyPair, SignJWT } from "jose";

/** An identity provider that the server is configured to trust. */
export interface TrustedIssuer extends AsyncDisposable {
  /** Its entry in ISSUERS. */
  setting: { issuer: string; audience: string; jwks_uri: string };
  /** An access token of a user who has just signed in. */
  tokenFor(sub: string, claims?: Record<string, unknown>): Promise<string>;
}

const AUDIENCE = "https://login.example.com";

export async function startTrustedIssuer(): Promise<TrustedIssuer> {
  const { privateKey, publicKey } = await generateKeyPair("ES256");
  const jwk = { ...(await exportJWK(publicKey)), kid: "1", alg: "ES256", use: "sig" };
  const server = createServer((_request, response) => {
    response.writeHead(200, { "Content-Type": "application/json" });
    response.end(JSON.stringify({ keys: [jwk] }));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  return {
    setting: { issuer, audience: AUDIENCE, jwks_uri: `${issuer}/jwks` },
    tokenFor(sub, claims = {}) {
      const now = Math.floor(Date.now() / 1000);
      const standard = { iss: issuer, aud: AUDIENCE, sub, iat: now, exp: now + 300 };
      return new SignJWT({ ...standard, auth_time: now, amr: ["hwk", "user"], ...claims })
        .setProtectedHeader({ alg: "ES256", kid: "1", typ: "at+jwt" })
        .sign(privateKey);
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}
