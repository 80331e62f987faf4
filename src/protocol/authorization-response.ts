import * as v from "valibot";

/** The form that the browser posts to the client (OAuth 2.0 Form Post Response Mode §2). */
export const FormPost = v.object({
  action: v.string(),
  parameters: v.record(v.string(), v.string()),
});

/** How the browser takes an answer to the client: by a redirect, or by posting a form. */
export const AuthorizationResponse = v.union([
  v.object({ redirect_to: v.string() }),
  v.object({ form_post: FormPost }),
]);

export type AuthorizationResponse = v.InferOutput<typeof AuthorizationResponse>;
