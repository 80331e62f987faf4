/** An access token in an `Authorization` header, and the scheme that says how it is to be believed. */
export interface PresentedToken {
  /** RFC 6750 §2.1: by itself. RFC 9449 §7.1: with the proof of a key. */
  scheme: "Bearer" | "DPoP";
  token: string;
}

/** Reads the header; undefined where it holds no such token. */
export function parseAuthorization(authorization: string): PresentedToken | undefined {
  const [, scheme, token] = /^(Bearer|DPoP) +([\w.~+/-]+=*) *$/i.exec(authorization) ?? [];
  if (scheme === undefined || token === undefined) return undefined;
  return { scheme: scheme.toLowerCase() === "dpop" ? "DPoP" : "Bearer", token };
}
