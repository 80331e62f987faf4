import {
  browserSupportsWebAuthn,
  startAuthentication,
  startRegistration,
} from "@simplewebauthn/browser";
import * as v from "valibot";
import { defined } from "../../../lib/defined.ts";
import { encodeBase64url } from "../../../lib/base64url.ts";
import type { LinkBody, RecoverBody } from "../../../protocol/account-requests.ts";
import { AccountResponse } from "../../../protocol/account.ts";
import { AddPasskeyResponse } from "../../../protocol/passkeys.ts";
import {
  AuthenticationOptionsResponse,
  RegistrationOptionsResponse,
} from "../../../protocol/webauthn-options.ts";
import { LoginError } from "../../../sdk/login-error.ts";
import { withRetries } from "../../../sdk/retry.ts";
import { get, post, postOnce, removeOnce } from "../api.ts";

const Anything = v.unknown();

const newRetryKey = () => encodeBase64url(crypto.getRandomValues(new Uint8Array(32)));

/**
 * The account of this phone's user. The session is an HttpOnly cookie. All methods throw a
 * `LoginError`, and those with a passkey also the errors of WebAuthn.
 */
export class Account {
  #known: Promise<AccountResponse> | undefined;
  /** The last request with a recovery code. */
  #recovery: RecoverBody | undefined;

  /** Requested once, and again after a failure. */
  whoAmI(): Promise<AccountResponse> {
    this.#known ??= get("/account", AccountResponse).catch((error: unknown) => {
      this.#known = undefined;
      throw error;
    });
    return this.#known;
  }

  /** Requests the state again the next time. */
  forget(): void {
    this.#known = undefined;
  }

  get supported(): boolean {
    return browserSupportsWebAuthn();
  }

  async signIn(): Promise<void> {
    const { options } = await post("/account/sign-in/options", {}, AuthenticationOptionsResponse);
    const response = await startAuthentication({ optionsJSON: options });
    await postOnce("/account/sign-in", { response }, Anything);
    this.forget();
  }

  async create(name: string): Promise<void> {
    const { options } = await post(
      "/account/register/options",
      { name },
      RegistrationOptionsResponse,
    );
    const response = await startRegistration({ optionsJSON: options });
    await postOnce("/account/register", { response }, Anything);
    this.forget();
  }

  /**
   * Runs an action that requires a recent sign-in: if the last one is too old, asks for the passkey
   * and repeats the action. If the passkey belongs to another account, the action isn't repeated.
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
   * Signs in by the code of a login that another phone of the user has approved. If the response is
   * lost, the request is repeated.
   */
  async link(redemption: LinkBody): Promise<void> {
    await withRetries(() => postOnce("/account/link", redemption, Anything));
    this.forget();
  }

  /** If the response is lost, the same request is sent again, also when the user enters the same code again. */
  async recover(recoveryCode: string): Promise<void> {
    if (this.#recovery?.recovery_code !== recoveryCode) {
      this.#recovery = { recovery_code: recoveryCode, retry_key: newRetryKey() };
    }
    const body = this.#recovery;
    await withRetries(() => postOnce("/account/recover", body, Anything));
    this.forget();
  }

  /** Adds another passkey to the account. Returns its name: an unconfirmed phone doesn't choose it. */
  async addPasskey(name?: string): Promise<string> {
    const ask = () => post("/account/passkeys/options", {}, RegistrationOptionsResponse);
    const { options } = await this.recently(ask);
    const response = await startRegistration({ optionsJSON: options });
    const added = await postOnce(
      "/account/passkeys",
      { ...defined({ name }), response },
      AddPasskeyResponse,
    );
    return added.passkey.name;
  }

  async delete(): Promise<void> {
    await this.recently(() => removeOnce("/account", {}));
    this.forget();
  }

  async signOut(): Promise<void> {
    await post("/account/sign-out", {}, Anything);
    this.forget();
  }
}
