import type { Context } from "hono";
import type { Client } from "../../../config/index.ts";
import type { Result } from "../../../lib/result.ts";
import type { RequestedResources } from "../../../login-session/domain/resources.ts";
import type { OAuthError } from "../../../oidc/errors.ts";
import type { DpopProof } from "../../../oidc/dpop/dpop-proof.ts";
import type { Form } from "../../../oidc/form.ts";
import type { TokenResponse } from "../../../oidc/token/tokens.ts";
import type { AppEnv } from "../../app-env.ts";

/** A token request whose client and DPoP proof are verified. */
export interface TokenRequest {
  /** Authenticated. */
  client: Client;
  form: Form;
  /** What the access token is to be for. Known to be the client's, but not yet that it was granted. */
  resources?: RequestedResources;
  /** Thumbprint of the key of the DPoP proof: the access token is bound to it (RFC 9449 §6.1). */
  jkt?: string;
  /** For a grant whose Durable Object consumes the proof itself. */
  proof?: DpopProof;
  /**
   * Consumes the proof; fails if it was used before (RFC 9449 §11.1). This is a write, so a grant
   * calls it after all checks that need none, and before it changes anything. Does nothing without
   * a proof.
   */
  useProof: () => Promise<Result<null, OAuthError>>;
}

/** A grant type; each has a file in this folder. */
export type TokenGrant = (
  c: Context<AppEnv>,
  request: TokenRequest,
) => Promise<Result<TokenResponse, OAuthError>>;
