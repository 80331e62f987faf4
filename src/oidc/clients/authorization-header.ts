/** An access token from an `Authorization` header. */
export interface PresentedToken {
  /** RFC 6750 §2.1, or RFC 9449 §7.1: with a proof of a key. */
  scheme: "Bearer" | "DPoP";
  token: string;
}

/** Reads the header; undefined if it has no access token. */
export function parseAuthorization(authorization: string): PresentedToken | undefined {
  const [, scheme, token] = /^(Bearer|DPoP) +([\w.~+/-]+=*) *$/i.exec(authorization) ?? [];
  if (scheme === undefined || token === undefined) return undefined;
  return { scheme: scheme.toLowerCase() === "dpop" ? "DPoP" : "Bearer", token };
}
