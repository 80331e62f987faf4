import type { AuthorizationResponse } from "../../protocol/authorization-response.ts";
import type { Snapshot } from "../../protocol/snapshot.ts";
import { h } from "../ui/dom.ts";

/** The way back to the client that an approved snapshot shows. */
export function wayBackOf({ redirect_to, form_post }: Snapshot): AuthorizationResponse | undefined {
  if (redirect_to !== undefined) return { redirect_to };
  return form_post && { form_post };
}

/**
 * Goes back to the client with its answer: to an address, which takes this page's place in the
 * history, or by a form (OAuth 2.0 Form Post Response Mode §2). A code counts once, so nobody calls
 * this twice with the same one.
 */
export function returnToClient(way: AuthorizationResponse): void {
  if ("redirect_to" in way) {
    location.replace(way.redirect_to);
    return;
  }
  const { action, parameters } = way.form_post;
  const fields = Object.entries(parameters).map(([name, value]) =>
    h("input", { type: "hidden", name, value }),
  );
  const form = h("form", { method: "post", action, hidden: true }, ...fields);
  document.body.append(form);
  form.submit();
  form.remove();
}

/** Whether the address belongs to an app: then this page stays, and browsers may want a tap to go there. */
export function leadsToApp(way: AuthorizationResponse): way is { redirect_to: string } {
  return "redirect_to" in way && !/^https?:/.test(way.redirect_to);
}
