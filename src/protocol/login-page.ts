import * as v from "valibot";
import { CreatedSession } from "./responses.ts";
import type { CreateSessionBody } from "./requests.ts";
import { Token256 } from "./random-token.ts";

/** What the server writes into the screen page: the login that it begins with. */

/** The id of the inert element that holds it, as JSON. */
export const LOGIN_PAGE_ID = "login";

/** The client that the page is by itself, where no other has sent the browser, and what it asks for. */
export const OWN_CLIENT_ID = "screen";
export const OWN_SCOPE = "openid profile";

/** How the browser goes back to the client. */
const WayBack = v.union([
  v.object({ redirect_to: v.string() }),
  v.object({
    form_post: v.object({ action: v.string(), parameters: v.record(v.string(), v.string()) }),
  }),
]);

export type AuthorizationResponse = v.InferOutput<typeof WayBack>;

/** A login that a client has asked for, begun with the page. */
const Login = v.object({
  client_name: v.string(),
  session: CreatedSession,
  /** By which another session is begun for the same login, when this one has ended in vain. */
  request: v.custom<CreateSessionBody>(isObject),
  /** The way back for someone who doesn't log in. */
  declined: WayBack,
});

/** An answer to the client that can only be given by a form, so by the page. */
const Answer = v.object({ client_name: v.string(), answer: WayBack });

/** It goes back to the server as it came, which will read it. */
function isObject(value: unknown): boolean {
  return typeof value === "object" && value !== null;
}

/** A login of the page's own, and what redeems its code: the server has begun it, and keeps nothing of that. */
const OwnLogin = v.object({
  own: v.object({ verifier: Token256, nonce: Token256 }),
  session: CreatedSession,
});

export const LoginPage = v.union([Login, Answer, OwnLogin]);

export type LoginPage = v.InferInput<typeof LoginPage>;

/** A login that a client has asked for, as the page reads it. */
export type ClientLogin = v.InferOutput<typeof Login>;

/** A login that the page has begun for itself, as it reads it. */
export type FirstPartyLogin = v.InferOutput<typeof OwnLogin>;

/** Reads what the server has written. Throws when it is something else. */
export function parseLoginPage(json: string): v.InferOutput<typeof LoginPage> {
  return v.parse(LoginPage, JSON.parse(json));
}
