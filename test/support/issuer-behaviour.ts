/** What an address of the issuers' server answers (node/issuer-server.ts). */
export interface Behaviour {
  status?: number;
  headers?: Record<string, string>;
  body?: string;
  /** Sends the beginning of the answer, and then nothing more. */
  stalls?: boolean;
  /** Closes the connection without an answer. */
  hangsUp?: boolean;
}

declare module "vitest" {
  interface ProvidedContext {
    /** Where the issuers' server listens. */
    issuerServer: string;
  }
}
