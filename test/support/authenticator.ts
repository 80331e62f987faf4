import type {
  AuthenticationResponseJSON,
  PublicKeyCredentialCreationOptionsJSON,
  PublicKeyCredentialRequestOptionsJSON,
  RegistrationResponseJSON,
} from "@simplewebauthn/server";
import { decodeTrustedBase64url, encodeBase64url } from "../../src/lib/base64url.ts";
import { certificateOf } from "./certificate.ts";

type Bytes = Uint8Array<ArrayBuffer>;

/** Deviations of an authenticator or browser from the standard. */
export interface Deviations {
  origin?: string;
  rpId?: string;
  challenge?: string;
  type?: string;
  crossOrigin?: boolean;
  userVerified?: boolean;
  userPresent?: boolean;
  counter?: number;
  backupEligible?: boolean;
  credentialId?: string;
  userHandle?: string;
  algorithm?: number;
  /** Self attestation ("packed", §8.2) or attestation with a certificate ("fido-u2f", §8.6). */
  attestedBy?: "itself" | "certificate";
}

export type Algorithm = "ES256" | "EdDSA" | "RS256";

/**
 * A software passkey with its browser: real keys, attestation objects and assertions (WebAuthn
 * Level 3 §6) for one account.
 */
export class Authenticator {
  readonly #origin: string;
  readonly #algorithm: Algorithm;
  readonly #backupEligible: boolean;
  readonly #keys: CryptoKeyPair;
  readonly credentialId: string;
  #userHandle = "";
  #counter = 0;

  private constructor(
    origin: string,
    keys: CryptoKeyPair,
    {
      algorithm = "ES256",
      backupEligible = false,
      credentialId = encodeBase64url(crypto.getRandomValues(new Uint8Array(16))),
    }: AuthenticatorOptions & { credentialId?: string },
  ) {
    this.credentialId = credentialId;
    this.#origin = origin;
    this.#keys = keys;
    this.#algorithm = algorithm;
    this.#backupEligible = backupEligible;
  }

  static async make(origin: string, options: AuthenticatorOptions = {}): Promise<Authenticator> {
    const keys = await crypto.subtle.generateKey(KEYS[options.algorithm ?? "ES256"], true, [
      "sign",
      "verify",
    ]);
    if (!("privateKey" in keys)) throw new TypeError("not a pair of keys");
    return new Authenticator(origin, keys, options);
  }

  /** Restores an authenticator from a stored passkey. */
  static async restore(origin: string, passkey: StoredPasskey): Promise<Authenticator> {
    const { credentialId, userHandle, counter, privateKey: jwk } = passkey;
    const { d: _, key_ops: __, ...publicJwk } = jwk;
    const privateKey = await crypto.subtle.importKey("jwk", jwk, KEYS.ES256, true, ["sign"]);
    const publicKey = await crypto.subtle.importKey("jwk", publicJwk, KEYS.ES256, true, ["verify"]);
    const restored = new Authenticator(origin, { privateKey, publicKey }, { credentialId });
    restored.#userHandle = userHandle;
    restored.#counter = counter;
    return restored;
  }

  /** navigator.credentials.create() */
  async create(
    options: PublicKeyCredentialCreationOptionsJSON,
    deviations: Deviations = {},
  ): Promise<RegistrationResponseJSON> {
    this.#userHandle = options.user.id;
    const id = decodeTrustedBase64url(deviations.credentialId ?? this.credentialId);
    const attestedCredentialData = concat(
      new Uint8Array(16),
      uint16(id.length),
      id,
      cbor(await this.#publicKey(deviations.algorithm)),
    );
    const authData = concat(
      await this.#authenticatorData(options.rp.id ?? "", 0x40, deviations),
      attestedCredentialData,
    );
    const clientDataJSON = this.#clientData("webauthn.create", options.challenge, deviations);
    const clientDataHash = await digest(decodeTrustedBase64url(clientDataJSON));
    const { fmt, attStmt } = await this.#statement(deviations, authData, id, clientDataHash);
    const attestationObject = cbor(
      new Map<string, Cbor>([
        ["fmt", fmt],
        ["attStmt", attStmt],
        ["authData", authData],
      ]),
    );
    return {
      id: encodeBase64url(id),
      rawId: encodeBase64url(id),
      type: "public-key",
      clientExtensionResults: {},
      response: {
        clientDataJSON,
        attestationObject: encodeBase64url(attestationObject),
        transports: ["internal"],
      },
    };
  }

  /** navigator.credentials.get() */
  async get(
    options: PublicKeyCredentialRequestOptionsJSON,
    deviations: Deviations = {},
  ): Promise<AuthenticationResponseJSON> {
    const clientDataJSON = this.#clientData("webauthn.get", options.challenge, deviations);
    const authData = await this.#authenticatorData(options.rpId ?? "", 0, deviations);
    const clientDataHash = await digest(decodeTrustedBase64url(clientDataJSON));
    const signature = await this.#sign(concat(authData, clientDataHash));
    const id = deviations.credentialId ?? this.credentialId;
    return {
      id,
      rawId: id,
      type: "public-key",
      clientExtensionResults: {},
      response: {
        clientDataJSON,
        authenticatorData: encodeBase64url(authData),
        signature: encodeBase64url(signature),
        userHandle: deviations.userHandle ?? this.#userHandle,
      },
    };
  }

  /** §8 */
  async #statement(
    { attestedBy }: Deviations,
    authData: Bytes,
    id: Bytes,
    clientDataHash: Bytes,
  ): Promise<{ fmt: string; attStmt: Map<string, Cbor> }> {
    if (attestedBy === undefined) return { fmt: "none", attStmt: new Map() };
    if (attestedBy === "itself") {
      const sig = await this.#sign(concat(authData, clientDataHash));
      const attStmt = new Map<string, Cbor>([
        ["alg", -7],
        ["sig", sig],
      ]);
      return { fmt: "packed", attStmt };
    }
    const key = new Uint8Array(await rawKey(this.#keys.publicKey));
    const rpIdHash = authData.slice(0, 32);
    const sig = await this.#sign(concat(Uint8Array.of(0), rpIdHash, clientDataHash, id, key));
    const attStmt = new Map<string, Cbor>([
      ["sig", sig],
      ["x5c", [await certificateOf(this.#keys.publicKey)]],
    ]);
    return { fmt: "fido-u2f", attStmt };
  }

  #clientData(type: string, challenge: string, deviations: Deviations): string {
    const clientData = {
      type: deviations.type ?? type,
      challenge: deviations.challenge ?? challenge,
      origin: deviations.origin ?? this.#origin,
      crossOrigin: deviations.crossOrigin ?? false,
    };
    return encodeBase64url(new TextEncoder().encode(JSON.stringify(clientData)));
  }

  /** §6.1 */
  async #authenticatorData(rpId: string, attested: number, deviations: Deviations): Promise<Bytes> {
    const { userPresent = true, userVerified = true } = deviations;
    const backupEligible = deviations.backupEligible ?? this.#backupEligible;
    const flags =
      (userPresent ? 0x01 : 0) |
      (userVerified ? 0x04 : 0) |
      (backupEligible ? 0x08 | 0x10 : 0) |
      attested;
    this.#counter += 1;
    return concat(
      await digest(new TextEncoder().encode(deviations.rpId ?? rpId)),
      Uint8Array.of(flags),
      uint32(deviations.counter ?? this.#counter),
    );
  }

  /** COSE_Key (RFC 9053 §7, RFC 8230 §4). */
  async #publicKey(algorithm?: number): Promise<Map<number, Cbor>> {
    const jwk = await crypto.subtle.exportKey("jwk", this.#keys.publicKey);
    if (jwk instanceof ArrayBuffer) throw new TypeError("not a JWK");
    const part = (name: "x" | "y" | "n" | "e") => decodeTrustedBase64url(jwk[name] ?? "");
    const key = (...entries: [number, Cbor][]) => new Map(entries);
    switch (this.#algorithm) {
      case "ES256":
        return key([1, 2], [3, algorithm ?? -7], [-1, 1], [-2, part("x")], [-3, part("y")]);
      case "EdDSA":
        return key([1, 1], [3, algorithm ?? -8], [-1, 6], [-2, part("x")]);
      case "RS256":
        return key([1, 3], [3, algorithm ?? -257], [-1, part("n")], [-2, part("e")]);
    }
  }

  async #sign(data: Bytes): Promise<Bytes> {
    const { privateKey } = this.#keys;
    const algorithm = { ...KEYS[this.#algorithm], hash: "SHA-256" };
    const signature = new Uint8Array(await crypto.subtle.sign(algorithm, privateKey, data));
    return this.#algorithm === "ES256" ? derSignature(signature) : signature;
  }
}

/** A passkey of ES256, as an authenticator stores it. */
export interface StoredPasskey {
  credentialId: string;
  userHandle: string;
  counter: number;
  privateKey: JsonWebKey;
}

interface AuthenticatorOptions {
  algorithm?: Algorithm;
  /** Whether the passkey is synced to other devices. */
  backupEligible?: boolean;
}

const KEYS = {
  ES256: { name: "ECDSA", namedCurve: "P-256" },
  EdDSA: { name: "Ed25519" },
  RS256: {
    name: "RSASSA-PKCS1-v1_5",
    hash: "SHA-256",
    modulusLength: 2048,
    publicExponent: Uint8Array.of(1, 0, 1),
  },
};

type Cbor = number | string | Bytes | Cbor[] | Map<number | string, Cbor>;

/** The part of CBOR (RFC 8949 §3) that WebAuthn needs. */
function cbor(value: Cbor): Bytes {
  if (typeof value === "number") return value >= 0 ? head(0, value) : head(1, -1 - value);
  if (typeof value === "string") {
    const text = Uint8Array.from(new TextEncoder().encode(value));
    return concat(head(3, text.length), text);
  }
  if (value instanceof Uint8Array) return concat(head(2, value.length), value);
  if (Array.isArray(value)) return concat(head(4, value.length), ...value.map(cbor));
  const entries = Array.from(value, ([key, item]) => concat(cbor(key), cbor(item)));
  return concat(head(5, value.size), ...entries);
}

function head(major: number, size: number): Bytes {
  if (size < 24) return Uint8Array.of((major << 5) | size);
  if (size < 256) return Uint8Array.of((major << 5) | 24, size);
  return concat(Uint8Array.of((major << 5) | 25), uint16(size));
}

/** Converts the signature r || s of WebCrypto to ASN.1. */
function derSignature(raw: Bytes): Bytes {
  const integer = (bytes: Bytes) => {
    const start = bytes.findIndex((byte) => byte !== 0);
    const digits = bytes.slice(start);
    const positive = (digits[0] ?? 0) > 0x7f ? concat(Uint8Array.of(0), digits) : digits;
    return concat(Uint8Array.of(0x02, positive.length), positive);
  };
  const both = concat(integer(raw.slice(0, 32)), integer(raw.slice(32)));
  return concat(Uint8Array.of(0x30, both.length), both);
}

async function rawKey(publicKey: CryptoKey): Promise<ArrayBuffer> {
  const raw = await crypto.subtle.exportKey("raw", publicKey);
  if (!(raw instanceof ArrayBuffer)) throw new TypeError("not a raw key");
  return raw;
}

async function digest(bytes: Uint8Array): Promise<Bytes> {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", Uint8Array.from(bytes)));
}

function uint16(value: number): Bytes {
  return Uint8Array.of(value >> 8, value & 0xff);
}

function uint32(value: number): Bytes {
  return concat(uint16(value >>> 16), uint16(value & 0xffff));
}

function concat(...parts: Uint8Array[]): Bytes {
  const joined = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    joined.set(part, offset);
    offset += part.length;
  }
  return joined;
}
