import {
  browserSupportsWebAuthn,
  startAuthentication,
  startRegistration,
  type PublicKeyCredentialCreationOptionsJSON,
  type PublicKeyCredentialRequestOptionsJSON,
} from "@simplewebauthn/browser";
import * as v from "valibot";
import type { LinkBody, RecoverBody } from "../../../protocol/account-requests.ts";
import { AccountResponse } from "../../../protocol/account.ts";
import { LoginError } from "../../../sdk/login-error.ts";
import { withRetries } from "../../../sdk/retry.ts";
import { get, post, postOnce, removeOnce } from "../api.ts";

/** What the server wants of the authenticator is between the two of them. */
const options = <Options>() =>
  v.object({ options: v.custom<Options>((value) => typeof value === "object") });
const SignInOptions = options<PublicKeyCredentialRequestOptionsJSON>();
const RegistrationOptions = options<PublicKeyCredentialCreationOptionsJSON>();
const Anything = v.unknown();

/** The built-in account on this phone: a passkey, and a cookie that no script can read. */
export class Account {
  #known: Promise<AccountResponse> | undefined;

  /** Asked once, and again after a failure. Throws a `LoginError`. */
  whoAmI(): Promise<AccountResponse> {
    this.#known ??= get("/account", AccountResponse).catch((error: unknown) => {
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

  /** Throws a `LoginError`, or what WebAuthn throws. */
  async signIn(): Promise<void> {
    const { options } = await post("/account/sign-in/options", {}, SignInOptions);
    const response = await startAuthentication({ optionsJSON: options });
    await postOnce("/account/sign-in", { response }, Anything);
    this.forget();
  }

  /** Throws a `LoginError`, or what WebAuthn throws. */
  async create(name: string): Promise<void> {
    const { options } = await post("/account/register/options", { name }, RegistrationOptions);
    const response = await startRegistration({ optionsJSON: options });
    await postOnce("/account/register", { response }, Anything);
    this.forget();
  }

  /**
   * Does what takes a recent sign-in: where the last one is too long ago, the passkey is asked for, and
   * then it goes on. A passkey of another account changes who is signed in, so nothing is done with it.
   * Throws a `LoginError`, or what WebAuthn throws.
   */
  async recently<Outcome>(act: () => Promise<Outcome>): Promise<Outcome> {
    const before = await this.whoAmI();
    try {
      return await act();
    } catch (error) {
      if (!(error instanceof LoginError && error.code === "sign_in_again")) throw error;
    }
    await this.signIn();
    const now = await this.whoAmI();
    if (now.account?.sub !== before.account?.sub) {
      throw new LoginError("wrong_account", "The passkey is of another account.");
    }
    return await act();
  }

  /**
   * By the code of a login that another phone of the account has approved. Where no answer comes, the
   * request is repeated. Throws a `LoginError`.
   */
  async link(redemption: LinkBody): Promise<void> {
    await withRetries(() => postOnce("/account/link", redemption, Anything));
    this.forget();
  }

  /** Throws a `LoginError`. */
  async recover(recoveryCode: string): Promise<void> {
    await postOnce(
      "/account/recover",
      { recovery_code: recoveryCode } satisfies RecoverBody,
      Anything,
    );
    this.forget();
  }

  /** Another passkey, for the account that is signed in. Throws a `LoginError`, or what WebAuthn throws. */
  async addPasskey(name: string): Promise<void> {
    const ask = () => post("/account/passkeys/options", {}, RegistrationOptions);
    const { options } = await this.recently(ask);
    const response = await startRegistration({ optionsJSON: options });
    await postOnce("/account/passkeys", { name, response }, Anything);
  }

  /** Throws a `LoginError`, or what WebAuthn throws. */
  async delete(): Promise<void> {
    await this.recently(() => removeOnce("/account", {}));
    this.forget();
  }

  /** Throws a `LoginError`. */
  async signOut(): Promise<void> {
    await post("/account/sign-out", {}, Anything);
    this.forget();
  }
}
