import type { Context } from "hono";
import type { Client } from "../../../config/index.ts";
import type { Result } from "../../../lib/result.ts";
import type { TokenError } from "../../../oidc/errors.ts";
import type { DpopProof } from "../../../oidc/dpop/dpop-proof.ts";
import type { Form } from "../../../oidc/form.ts";
import type { TokenResponse } from "../../../oidc/token/tokens.ts";
import type { AppEnv } from "../../app-env.ts";

/** What the token endpoint has settled before any grant is looked at. */
export interface TokenRequest {
  /** Has authenticated as it is registered. */
  client: Client;
  form: Form;
  /** Thumbprint of the key that a DPoP proof came with: the access token is bound to it (RFC 9449 §6.1). */
  jkt?: string;
  /** The proof itself, for a grant that has an object take note of it. */
  proof?: DpopProof;
  /**
   * Takes note that the proof was used, and refuses one that was used before (RFC 9449 §11.1). This is a
   * write, so a grant calls it when all that can be checked without one was found good, and before
   * it changes anything. Without a proof there is nothing to do.
   */
  useProof: () => Promise<Result<null, TokenError>>;
}

/** One kind of grant: each is a file beside this one, and /token knows it by its `grant_type`. */
export type TokenGrant = (
  c: Context<AppEnv>,
  request: TokenRequest,
) => Promise<Result<TokenResponse, TokenError>>;
