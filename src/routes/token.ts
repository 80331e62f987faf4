import { Hono, type Context } from "hono";
import { bodyLimit } from "hono/body-limit";
import { sha256 } from "../crypto/digest.ts";
import { authenticateClient } from "../oauth/client-authentication.ts";
import { INVALID_GRANT, invalidRequest, looksStolen, type TokenError } from "../oauth/errors.ts";
import { readForm } from "../oauth/form.ts";
import { ownSigner } from "../oauth/own-jwt.ts";
import { parseTokenRequest } from "../oauth/token-request.ts";
import { mintTokens } from "../oauth/tokens.ts";
import { sessionStub } from "../object/session-stub.ts";
import type { AppEnv } from "./app-env.ts";
import { methodNotAllowed } from "./method-not-allowed.ts";

/** Larger than any request that is documented. */
const MAX_BODY = 8 * 1024;

/** The token endpoint: a code and its verifier become tokens (RFC 6749 §4.1.3, RFC 7636 §4.5). */
export const token = new Hono<AppEnv>();

token.post(
  "/",
  bodyLimit({
    maxSize: MAX_BODY,
    onError: (c) => refuse(c, invalidRequest("The body is too large.")),
  }),
  async (c) => {
    const { clients, accessTokenTtl } = c.var.config;
    const form = readForm(c.req.header("Content-Type"), await c.req.arrayBuffer());
    if (!form.ok) return refuse(c, form.error);
    const client = await authenticateClient(clients, c.req.header("Authorization"), form.value);
    if (!client.ok) return refuse(c, client.error);
    const request = parseTokenRequest(form.value);
    if (!request.ok) return refuse(c, request.error);

    const { code, sessionId, verifier, redirectUri } = request.value;
    const session = sessionStub(c.env, sessionId);
    if (!session) return refuse(c, INVALID_GRANT);
    // A code is used up by one try, so what could fail must have gone well before it.
    const sign = await ownSigner(c.env);
    const redeemed = await session.redeem({
      codeHash: await sha256(code),
      clientId: client.value.client_id,
      verifierHash: await sha256(verifier),
      ...(redirectUri === undefined ? {} : { redirectUri }),
      issuedUntil: Date.now() + accessTokenTtl,
    });
    if (!redeemed.ok) {
      if (looksStolen(redeemed.error)) {
        console.warn(`A code of ${client.value.client_id} was refused: ${redeemed.error}`);
      }
      return refuse(c, INVALID_GRANT);
    }
    return c.json(await mintTokens(sign, redeemed.value, accessTokenTtl), 200, UNCACHED);
  },
);

token.all("/", methodNotAllowed("POST"));

/** RFC 6749 §5.1: tokens are kept by nobody on the way. */
const UNCACHED = { "Cache-Control": "no-store", Pragma: "no-cache" };

function refuse(c: Context, { error, description }: TokenError): Response {
  const body = { error, error_description: description };
  if (error !== "invalid_client") return c.json(body, 400, UNCACHED);
  // RFC 6749 §5.2: a client that used the Authorization header is told how to use it.
  if (c.req.header("Authorization") !== undefined) {
    c.header("WWW-Authenticate", 'Basic realm="qr-login", charset="UTF-8"');
  }
  return c.json(body, 401, UNCACHED);
}
