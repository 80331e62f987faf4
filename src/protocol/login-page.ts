import * as v from "valibot";
import { CreatedSession } from "./answers.ts";
import { CreateSessionBody } from "./requests.ts";

/** What the server writes into the screen page for a browser that a client has sent. */

/** The id of the inert element that holds it, as JSON. */
export const LOGIN_PAGE_ID = "login";

/** How the browser goes back to the client. */
const WayBack = v.union([
  v.object({ redirect_to: v.string() }),
  v.object({
    form_post: v.object({ action: v.string(), parameters: v.record(v.string(), v.string()) }),
  }),
]);

export type WayBack = v.InferOutput<typeof WayBack>;

/** A login that was begun with the page. */
const Login = v.object({
  client_name: v.string(),
  session: CreatedSession,
  /** By which another session is begun for the same login, when this one has ended in vain. */
  request: CreateSessionBody,
  /** The way back for someone who doesn't log in. */
  declined: WayBack,
});

/** An answer to the client that can only be given by a form, so by the page. */
const Answer = v.object({ client_name: v.string(), answer: WayBack });

export const LoginPage = v.union([Login, Answer]);

export type LoginPage = v.InferInput<typeof LoginPage>;

/** A login that a client has asked for, as the page reads it. */
export type ClientLogin = v.InferOutput<typeof Login>;

/** Reads what the server has written. Throws when it is something else. */
export function parseLoginPage(json: string): v.InferOutput<typeof LoginPage> {
  return v.parse(LoginPage, JSON.parse(json));
}
