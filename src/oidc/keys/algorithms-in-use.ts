import type { Config } from "../../config/index.ts";
import { ALGORITHM } from "../../lib/jwk.ts";
import { SIGNING_ALGORITHMS, type SigningAlgorithm } from "../../lib/signature-algorithms.ts";

/**
 * The algorithms of the tokens of all configured clients, and of this server's own JWTs. The key set
 * has a key of each before the first token.
 */
export function algorithmsInUse({ clients }: Pick<Config, "clients">): SigningAlgorithm[] {
  const used = new Set<SigningAlgorithm>([ALGORITHM]);
  for (const client of clients.values()) {
    used.add(client.id_token_signed_response_alg);
    used.add(client.access_token_signed_response_alg);
  }
  return SIGNING_ALGORITHMS.filter((algorithm) => used.has(algorithm));
}
