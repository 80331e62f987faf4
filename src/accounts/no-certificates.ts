/**
 * Stands in for `@peculiar/x509` in the deployed Worker (see `[alias]` in wrangler.toml). SimpleWebAuthn
 * needs that library to check the certificates of attestations; none is asked for here, and one that
 * comes unasked is refused before it is read (passkeys.ts). A sixth of the Worker’s size is saved.
 */
function unavailable(): never {
  throw new Error("certificates are not checked here");
}

export {
  unavailable as AuthorityKeyIdentifierExtension,
  unavailable as CRLDistributionPointsExtension,
  unavailable as SubjectKeyIdentifierExtension,
  unavailable as X509Certificate,
  unavailable as X509ChainBuilder,
  unavailable as X509Crl,
};
