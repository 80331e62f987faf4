import type { Client } from "../../config/index.ts";
import { SIGNATURE_ALGORITHMS } from "../../lib/signature-algorithms.ts";

/** FAPI 2.0 Security Profile §5.4.1. */
const FAPI2_ALGORITHMS = ["PS256", "ES256", "EdDSA", "Ed25519"];

/** The algorithms that a client may sign its assertions and DPoP proofs with. */
export function algorithmsOf({ profile }: Pick<Client, "profile">): string[] {
  return profile === "fapi2" ? FAPI2_ALGORITHMS : SIGNATURE_ALGORITHMS;
}
