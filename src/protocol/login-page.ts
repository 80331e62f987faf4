import * as v from "valibot";
import { AuthorizationResponse } from "./authorization-response.ts";
import { Token256 } from "./random-token.ts";
import { CreatedSession } from "./responses.ts";

/** The data that the server writes into the login page: the login that the page starts with. */

/** The id of the element that holds it, as JSON. */
export const LOGIN_PAGE_ID = "login";

/** The client of the page's own logins, if no other client has sent the browser, and their scope. */
export const OWN_CLIENT_ID = "screen";
export const OWN_SCOPE = "openid profile";

/** A login of a client, whose first session was created with the page. */
const ClientLogin = v.object({
  client_name: v.string(),
  session: CreatedSession,
  /**
   * Creates another session for the same login, if this one ends without an approval. Missing if the
   * client must push its requests: then the page is loaded again.
   */
  request: v.exactOptional(
    v.record(v.string(), v.union([v.string(), v.number(), v.boolean(), v.array(v.string())])),
  ),
  /** The response for a person who doesn't log in. */
  declined: AuthorizationResponse,
  /** Present if the browser may stay logged in after the login (single sign-on). */
  sso: v.exactOptional(v.literal(true)),
});

/** A response to the client that the browser has to post as a form. */
const ClientResponse = v.object({ client_name: v.string(), answer: AuthorizationResponse });

/** The page's own login. The server has created the verifier with the session, and stores neither it nor the nonce. */
const FirstPartyLogin = v.object({
  own: v.object({ verifier: Token256, nonce: Token256 }),
  session: CreatedSession,
});

export const LoginPage = v.union([ClientLogin, ClientResponse, FirstPartyLogin]);

export type LoginPage = v.InferInput<typeof LoginPage>;

export type ClientLogin = v.InferOutput<typeof ClientLogin>;

export type FirstPartyLogin = v.InferOutput<typeof FirstPartyLogin>;

/** Throws if the page holds something else. */
export function parseLoginPage(json: string): v.InferOutput<typeof LoginPage> {
  return v.parse(LoginPage, JSON.parse(json));
}
