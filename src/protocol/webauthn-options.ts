import * as v from "valibot";

/**
 * The options that a page passes to the authenticator (WebAuthn Level 3 §5.1.9, §5.1.10). The standard may
 * add members, and the browser checks them all, so only the required ones are checked here.
 */

/** 200 of `POST /sessions/:id/step-up` and of `POST /account/sign-in/options`. */
export const AuthenticationOptionsResponse = v.object({
  options: v.looseObject({ challenge: v.string() }),
});

/** 200 of the requests for the options of a new passkey. */
export const RegistrationOptionsResponse = v.object({
  options: v.looseObject({
    challenge: v.string(),
    rp: v.looseObject({ name: v.string() }),
    user: v.looseObject({ id: v.string(), name: v.string(), displayName: v.string() }),
    pubKeyCredParams: v.array(v.looseObject({ type: v.literal("public-key"), alg: v.number() })),
  }),
});
