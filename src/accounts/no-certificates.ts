import { readEcdsaSignature } from "./ecdsa-signature.ts";

/**
 * Stands in for the libraries by which SimpleWebAuthn reads certificates (see `[alias]` in
 * wrangler.toml). A third of the Worker’s size is saved, and more of the time that it takes to start:
 * certificates come with attestations only, none is asked for here, and one that comes unasked is
 * refused before it is read (passkeys.ts). What is left to be read in their notation is a passkey’s
 * ECDSA signature.
 */
function unavailable(): never {
  throw new Error("certificates are not read here");
}

/** Names what is to be parsed. */
export const ECDSASigValue = Symbol("Ecdsa-Sig-Value");

export const AsnParser = {
  parse(data: Uint8Array, type: unknown): { r: Uint8Array; s: Uint8Array } {
    return type === ECDSASigValue ? readEcdsaSignature(data) : unavailable();
  },
};

export {
  // @peculiar/x509
  unavailable as AuthorityKeyIdentifierExtension,
  unavailable as CRLDistributionPointsExtension,
  unavailable as SubjectKeyIdentifierExtension,
  unavailable as X509Certificate,
  unavailable as X509ChainBuilder,
  unavailable as X509Crl,
  // @peculiar/asn1-x509
  unavailable as BasicConstraints,
  unavailable as Certificate,
  unavailable as ExtendedKeyUsage,
  unavailable as SubjectAlternativeName,
  unavailable as id_ce_basicConstraints,
  unavailable as id_ce_extKeyUsage,
  unavailable as id_ce_subjectAltName,
  // @peculiar/asn1-schema
  unavailable as OctetString,
  // @peculiar/asn1-ecc
  unavailable as ECParameters,
  unavailable as id_ecPublicKey,
  unavailable as id_ecdsaWithSHA256,
  unavailable as id_ecdsaWithSHA384,
  unavailable as id_ecdsaWithSHA512,
  unavailable as id_secp256r1,
  unavailable as id_secp384r1,
  // @peculiar/asn1-rsa
  unavailable as RSAPublicKey,
  unavailable as id_rsaEncryption,
  unavailable as id_sha1WithRSAEncryption,
  unavailable as id_sha256WithRSAEncryption,
  unavailable as id_sha384WithRSAEncryption,
  unavailable as id_sha512WithRSAEncryption,
  // @peculiar/asn1-x509-post-quantum
  unavailable as id_ml_dsa_44,
  unavailable as id_ml_dsa_65,
  unavailable as id_ml_dsa_87,
  // @peculiar/asn1-android
  unavailable as KeyDescription,
  unavailable as id_ce_keyDescription,
};
