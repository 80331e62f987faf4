import {
  browserSupportsWebAuthn,
  startAuthentication,
  startRegistration,
  type PublicKeyCredentialCreationOptionsJSON,
  type PublicKeyCredentialRequestOptionsJSON,
} from "@simplewebauthn/browser";
import * as v from "valibot";
import { get, post } from "./api.ts";

/** Whoever holds this phone, as the server knows them. */
const WhoAmI = v.object({
  /** Whether there are accounts with passkeys here. */
  passkeys: v.boolean(),
  /** Missing where nobody is signed in. */
  account: v.optional(v.object({ name: v.string() })),
});

export type WhoAmI = v.InferOutput<typeof WhoAmI>;

/** What the server wants of the authenticator is between the two of them. */
const options = <Options>() =>
  v.object({ options: v.custom<Options>((value) => typeof value === "object") });
const SignInOptions = options<PublicKeyCredentialRequestOptionsJSON>();
const RegistrationOptions = options<PublicKeyCredentialCreationOptionsJSON>();
const Anything = v.unknown();

/** The built-in account on this phone: a passkey, and a cookie that no script can read. */
export class Account {
  #known: Promise<WhoAmI> | undefined;

  /** Asked once, and again after a failure. Throws a `LoginFailure`. */
  whoAmI(): Promise<WhoAmI> {
    this.#known ??= get("/account", WhoAmI).catch((error: unknown) => {
      this.#known = undefined;
      throw error;
    });
    return this.#known;
  }

  /** Asks the server anew at the next occasion. */
  forget(): void {
    this.#known = undefined;
  }

  get supported(): boolean {
    return browserSupportsWebAuthn();
  }

  /** Throws a `LoginFailure`, or what WebAuthn throws. */
  async signIn(): Promise<void> {
    const { options } = await post("/account/sign-in/options", {}, SignInOptions);
    const response = await startAuthentication({ optionsJSON: options });
    await post("/account/sign-in", { response }, Anything);
    this.forget();
  }

  /** Throws a `LoginFailure`, or what WebAuthn throws. */
  async create(name: string): Promise<void> {
    const { options } = await post("/account/register/options", { name }, RegistrationOptions);
    const response = await startRegistration({ optionsJSON: options });
    await post("/account/register", { response }, Anything);
    this.forget();
  }

  /** Throws a `LoginFailure`. */
  async signOut(): Promise<void> {
    await post("/account/sign-out", {}, Anything);
    this.forget();
  }
}
