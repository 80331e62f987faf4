/** The behaviour of one path of the issuer server (node/issuer-server.ts). */
export interface Behaviour {
  status?: number;
  headers?: Record<string, string>;
  body?: string;
  /** Sends only the beginning of the response. */
  stalls?: boolean;
  /** Closes the connection without a response. */
  hangsUp?: boolean;
}

declare module "vitest" {
  interface ProvidedContext {
    /** The origin of the issuer server. */
    issuerServer: string;
  }
}
