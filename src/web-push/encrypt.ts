import { decodeTrustedBase64url } from "../lib/base64url.ts";

/** The keys of a subscription, in base64url. */
export interface ReceiverKeys {
  /** An uncompressed point of P-256 (RFC 8291 §3.1). */
  p256dh: string;
  /** The authentication secret (§3.2). */
  auth: string;
}

/** Must be new for every message: reuse reveals both messages. */
export interface MessageKeys {
  /** 16 random bytes. */
  salt: Uint8Array<ArrayBuffer>;
  /** An ephemeral ECDH key pair (§3.1). */
  sender: CryptoKeyPair;
}

/** Bytes: the largest body that every push service accepts (RFC 8291 §4). */
const RECORD_SIZE = 4096;

/** Bytes of the header: salt, record size, key length and the sender's public key (RFC 8188 §2.1). */
const HEADER_SIZE = 16 + 4 + 1 + 65;

/** Bytes that encryption adds: the delimiter of the last record, and the tag. */
const OVERHEAD = 1 + 16;

/** Bytes of the longest plaintext. */
export const MAX_PLAINTEXT = RECORD_SIZE - HEADER_SIZE - OVERHEAD;

const CURVE = { name: "ECDH", namedCurve: "P-256" };

/** Encrypts a push message (RFC 8291) in one record of aes128gcm (RFC 8188). */
export async function encryptMessage(
  plaintext: Uint8Array,
  receiver: ReceiverKeys,
  { salt, sender }: MessageKeys,
): Promise<Uint8Array<ArrayBuffer>> {
  if (plaintext.length > MAX_PLAINTEXT) throw new RangeError("the message is too long");
  const receiverPoint = decodeTrustedBase64url(receiver.p256dh);
  const senderPoint = await rawPublicKey(sender.publicKey);

  // RFC 8291 §3.3 and §3.4: the shared secret, bound to the authentication secret and to both keys.
  const algorithm = { name: "ECDH", public: await importPoint(receiverPoint) };
  const shared = await crypto.subtle.deriveBits(algorithm, sender.privateKey, 256);
  const keyInfo = concat(text("WebPush: info\0"), receiverPoint, senderPoint);
  const ikm = await hkdf(decodeTrustedBase64url(receiver.auth), shared, keyInfo, 32);

  // RFC 8188 §2.2 and §2.3: the nonce of record zero is unchanged.
  const key = await hkdf(salt, ikm, text("Content-Encoding: aes128gcm\0"), 16);
  const nonce = await hkdf(salt, ikm, text("Content-Encoding: nonce\0"), 12);
  // §2: the delimiter 2 marks the last record.
  const record = concat(plaintext, Uint8Array.of(2));
  const aes = await crypto.subtle.importKey("raw", key, "AES-GCM", false, ["encrypt"]);
  const encrypted = await crypto.subtle.encrypt({ name: "AES-GCM", iv: nonce }, aes, record);

  const size = new Uint8Array(4);
  new DataView(size.buffer).setUint32(0, RECORD_SIZE);
  const idLength = Uint8Array.of(senderPoint.length);
  return concat(salt, size, idLength, senderPoint, new Uint8Array(encrypted));
}

/** Generates the keys of one message. */
export async function newMessageKeys(): Promise<MessageKeys> {
  const sender = await crypto.subtle.generateKey(CURVE, true, ["deriveBits"]);
  if (!("publicKey" in sender)) throw new TypeError("not a key pair");
  return { salt: crypto.getRandomValues(new Uint8Array(16)), sender };
}

/** Imports a browser's public key. Rejects a point that is not on the curve (RFC 8291 §7). */
export function importPoint(point: Uint8Array<ArrayBuffer>): Promise<CryptoKey> {
  return crypto.subtle.importKey("raw", point, CURVE, false, []);
}

async function rawPublicKey(key: CryptoKey): Promise<Uint8Array<ArrayBuffer>> {
  const raw = await crypto.subtle.exportKey("raw", key);
  if (!(raw instanceof ArrayBuffer)) throw new TypeError("not a raw key");
  return new Uint8Array(raw);
}

async function hkdf(
  salt: Uint8Array<ArrayBuffer>,
  secret: ArrayBuffer,
  info: Uint8Array<ArrayBuffer>,
  bytes: number,
): Promise<ArrayBuffer> {
  const key = await crypto.subtle.importKey("raw", secret, "HKDF", false, ["deriveBits"]);
  return await crypto.subtle.deriveBits(
    { name: "HKDF", hash: "SHA-256", salt, info },
    key,
    bytes * 8,
  );
}

function concat(...parts: Uint8Array[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

function text(ascii: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(ascii, (character) => character.charCodeAt(0));
}
