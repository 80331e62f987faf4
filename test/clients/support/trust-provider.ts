import { getCACertificates, setDefaultCACertificates } from "node:tls";
import { provider } from "./provider.ts";

/** All TLS clients of a test's process trust the issuer's certificate, as they trust a public one. */
setDefaultCACertificates([...getCACertificates("default"), provider.certificate]);
