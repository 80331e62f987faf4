import { decodeTrustedBase64url, encodeBase64url } from "./base64url.ts";

/**
 * An object's public id and its own id are the same 32 bytes: base64url outside, hexadecimal inside.
 * The runtime makes them, 128 random bits and a MAC, and refuses any that it didn't make.
 */
export function encodeObjectId(id: DurableObjectId): string {
  return encodeBase64url(Uint8Array.fromHex(id.toString()));
}

/** The object of a public id, or undefined for an id that was never one. */
export function stubFromPublicId<Class extends Rpc.DurableObjectBranded | undefined>(
  namespace: DurableObjectNamespace<Class>,
  publicId: string,
): DurableObjectStub<Class> | undefined {
  // The last character has two bits to spare; the one spelling of an id is that in which they are zero.
  if (!/^[\w-]{42}[AEIMQUYcgkosw048]$/.test(publicId)) return undefined;
  try {
    return namespace.get(namespace.idFromString(decodeTrustedBase64url(publicId).toHex()));
  } catch {
    return undefined;
  }
}
