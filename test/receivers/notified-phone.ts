import { importJWK, jwtVerify } from "jose";
import { expect, inject } from "vitest";
import { decodeTrustedBase64url, encodeBase64url } from "../../src/lib/base64url.ts";
import type { TestBrowser } from "../support/test-browser.ts";
import { PushBrowser } from "../support/push-browser.ts";
import type { ReceivedMessage } from "./receiver-behaviour.ts";
import { Receiver } from "./receiver.ts";

let phones = 0;

/** A phone with notifications, and its push service. */
export class ToldPhone {
  readonly service = new Receiver(`push-${++phones}-${crypto.randomUUID()}`);
  readonly #browser = new PushBrowser();
  #publicKey = "";

  static async turnOn(phone: TestBrowser, language = "en"): Promise<ToldPhone> {
    const told = new ToldPhone();
    await told.service.behave({ status: 201 });
    await told.turnOn(phone, language);
    return told;
  }

  async turnOn(phone: TestBrowser, language = "en"): Promise<void> {
    const answer = await phone.get("/account/notices");
    this.#publicKey = (await answer.json<{ public_key: string }>()).public_key;
    const subscribed = await phone.post("/account/notices", {
      endpoint: this.service.address,
      keys: this.#browser.keys,
      language,
    });
    if (subscribed.status !== 204) throw new Error(`not told: ${await subscribed.text()}`);
  }

  /**
   * The content of a message, after the push service has verified it and the browser has decrypted
   * it.
   */
  async read(message: ReceivedMessage): Promise<unknown> {
    await this.#verify(message);
    const plaintext = this.#browser.decrypt(decodeTrustedBase64url(message.bytes));
    return JSON.parse(new TextDecoder().decode(plaintext));
  }

  /** Verifies the VAPID token: audience, expiry and key (RFC 8292 §4). */
  async #verify({ headers }: ReceivedMessage): Promise<void> {
    const authorization = String(headers["authorization"]);
    const [, jwt = "", k = ""] = /^vapid t=([\w.-]+), k=([\w-]+)$/.exec(authorization) ?? [];
    expect(k).toBe(this.#publicKey);
    const point = decodeTrustedBase64url(k);
    const coordinates = {
      x: encodeBase64url(point.slice(1, 33)),
      y: encodeBase64url(point.slice(33)),
    };
    const key = await importJWK({ kty: "EC", crv: "P-256", ...coordinates }, "ES256");
    await jwtVerify(jwt, key, {
      algorithms: ["ES256"],
      audience: inject("receiverServer"),
      requiredClaims: ["exp"],
      currentDate: new Date(),
    });
  }
}
