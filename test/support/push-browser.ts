import { createECDH, randomBytes } from "node:crypto";
import ece from "http_ece";

/** The browser side of Web Push: keys and decryption, by an independent implementation. */
export class PushBrowser {
  readonly #key = createECDH("prime256v1");
  readonly #authSecret = randomBytes(16).toString("base64url");

  constructor() {
    this.#key.generateKeys();
  }

  /** As `PushSubscription.toJSON()` has them. */
  get keys(): { p256dh: string; auth: string } {
    return { p256dh: this.#key.getPublicKey().toString("base64url"), auth: this.#authSecret };
  }

  /** Throws if the message is for another browser or was changed. */
  decrypt(body: Uint8Array): Uint8Array<ArrayBuffer> {
    return ece.decrypt(Buffer.from(body), {
      version: "aes128gcm",
      privateKey: this.#key,
      authSecret: this.#authSecret,
    });
  }
}
