import { decodeBase64url, encodeBase64url } from "../login/base64url.ts";

/**
 * An object's public id and its own id are the same 32 bytes: base64url outside, hexadecimal inside.
 * The runtime makes them, 128 random bits and a MAC, and refuses any that it didn't make.
 */
export function publicIdOf(id: DurableObjectId): string {
  const pairs = id.toString().match(/../g) ?? [];
  return encodeBase64url(Uint8Array.from(pairs, (pair) => Number.parseInt(pair, 16)));
}

/** The object of a public id, or undefined for an id that was never one. */
export function stubOf<Class extends Rpc.DurableObjectBranded | undefined>(
  namespace: DurableObjectNamespace<Class>,
  publicId: string,
): DurableObjectStub<Class> | undefined {
  if (!/^[\w-]{43}$/.test(publicId)) return undefined;
  const bytes = decodeBase64url(publicId);
  // The last character has two bits to spare; only one spelling of an id is its id.
  if (encodeBase64url(bytes) !== publicId) return undefined;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  try {
    return namespace.get(namespace.idFromString(hex));
  } catch {
    return undefined;
  }
}
