import type { Client } from "../../config/index.ts";
import type { SigningAlgorithm } from "../../lib/signature-algorithms.ts";
import { createSigner, type Sign } from "../keys/jwt.ts";

/** What the tokens of one client are signed with. */
export interface TokenSigners {
  accessToken: Sign;
  idToken: Sign;
  /** `at_hash` depends on it. */
  idTokenAlgorithm: SigningAlgorithm;
}

/** Loads the signing keys of a client's tokens. */
export async function createTokenSigners(
  env: Env,
  client: Pick<Client, "id_token_signed_response_alg" | "access_token_signed_response_alg">,
): Promise<TokenSigners> {
  const idTokenAlgorithm = client.id_token_signed_response_alg;
  // One after the other: if both have one algorithm, the second is in the cache.
  const accessToken = await createSigner(env, client.access_token_signed_response_alg);
  return { accessToken, idToken: await createSigner(env, idTokenAlgorithm), idTokenAlgorithm };
}
