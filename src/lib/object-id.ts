import { decodeTrustedBase64url, encodeBase64url } from "./base64url.ts";

/**
 * The public id of a Durable Object: the 32 bytes of its id in base64url. They are 128 random bits
 * and a MAC, so the runtime rejects ids that it did not create.
 */
export function encodeObjectId(id: DurableObjectId): string {
  return encodeBase64url(Uint8Array.fromHex(id.toString()));
}

/** The object with a public id; undefined if the runtime did not create the id. */
export function stubFromPublicId<Class extends Rpc.DurableObjectBranded | undefined>(
  namespace: DurableObjectNamespace<Class>,
  publicId: string,
): DurableObjectStub<Class> | undefined {
  // The last character has two unused bits, which must be zero, so that each id has one spelling.
  if (!/^[\w-]{42}[AEIMQUYcgkosw048]$/.test(publicId)) return undefined;
  try {
    return namespace.get(namespace.idFromString(decodeTrustedBase64url(publicId).toHex()));
  } catch {
    return undefined;
  }
}
