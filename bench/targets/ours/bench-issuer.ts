import { once } from "node:events";
import { createServer } from "node:http";
import { exportJWK, generateKeyPair, SignJWT } from "jose";
import { portOf } from "../../harness/port-of.ts";

/**
 * The identity provider of the phones: a trusted issuer of our Worker. Its tokens are made before the
 * measurement, because making them isn't part of a login here.
 */
export interface BenchIssuer {
  /** Its entry in ISSUERS. */
  setting: { issuer: string; audience: string; jwks_uri: string };
  people: readonly Person[];
  stop: () => Promise<void>;
}

export interface Person {
  sub: string;
  accessToken: string;
}

const AUDIENCE = "https://login.example.com";

/** Longer than any run, in seconds. */
const TTL = 3600;

export async function startBenchIssuer(howMany: number): Promise<BenchIssuer> {
  const { privateKey, publicKey } = await generateKeyPair("ES256");
  const jwk = { ...(await exportJWK(publicKey)), kid: "1", alg: "ES256", use: "sig" };
  const server = createServer((_request, response) => {
    response.writeHead(200, { "Content-Type": "application/json" });
    response.end(JSON.stringify({ keys: [jwk] }));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const issuer = `http://127.0.0.1:${portOf(server)}`;
  const now = Math.floor(Date.now() / 1000);
  const person = async (_: unknown, index: number): Promise<Person> => {
    const sub = `person-${index}`;
    const claims = { iss: issuer, aud: AUDIENCE, sub, iat: now, exp: now + TTL, auth_time: now };
    const accessToken = await new SignJWT({ ...claims, name: `Person ${index}`, amr: ["hwk"] })
      .setProtectedHeader({ alg: "ES256", kid: "1", typ: "at+jwt" })
      .sign(privateKey);
    return { sub, accessToken };
  };
  return {
    setting: { issuer, audience: AUDIENCE, jwks_uri: `${issuer}/jwks` },
    people: await Promise.all(Array.from({ length: howMany }, person)),
    async stop() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}
