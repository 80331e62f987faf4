/**
 * Stands in for `@peculiar/x509` in the deployed Worker (see `[alias]` in wrangler.toml). SimpleWebAuthn
 * needs that library to check the certificates of attestations; none is asked for here, and one that
 * comes unasked is refused before it is read (passkeys.ts). A sixth of the Worker’s size is saved.
 */
class Unavailable {
  constructor() {
    throw new Error("certificates are not checked here");
  }
}

export {
  Unavailable as AuthorityKeyIdentifierExtension,
  Unavailable as CRLDistributionPointsExtension,
  Unavailable as SubjectKeyIdentifierExtension,
  Unavailable as X509Certificate,
  Unavailable as X509ChainBuilder,
  Unavailable as X509Crl,
};
