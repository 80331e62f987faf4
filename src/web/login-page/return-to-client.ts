import type { AuthorizationResponse } from "../../protocol/authorization-response.ts";
import type { Snapshot } from "../../protocol/snapshot.ts";
import { h } from "../ui/dom.ts";

/** The authorization response of an approved snapshot, if a client requested the login. */
export function authorizationResponseOf({
  redirect_to,
  form_post,
}: Snapshot): AuthorizationResponse | undefined {
  if (redirect_to !== undefined) return { redirect_to };
  return form_post && { form_post };
}

/**
 * Sends the authorization response to the client: by a redirect that replaces this page in the history, or
 * by a form (OAuth 2.0 Form Post Response Mode §2). A code can be redeemed once, so each response is sent once.
 */
export function returnToClient(response: AuthorizationResponse): void {
  if ("redirect_to" in response) {
    location.replace(response.redirect_to);
    return;
  }
  const { action, parameters } = response.form_post;
  const fields = Object.entries(parameters).map(([name, value]) =>
    h("input", { type: "hidden", name, value }),
  );
  const form = h("form", { method: "post", action, hidden: true }, ...fields);
  document.body.append(form);
  form.submit();
  form.remove();
}

/** An app's address (RFC 8252 §7.1): this page stays open, and some browsers open the app only after a tap. */
export function leadsToApp(response: AuthorizationResponse): response is { redirect_to: string } {
  return "redirect_to" in response && !/^https?:/.test(response.redirect_to);
}
