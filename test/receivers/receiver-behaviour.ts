/** The behaviour of one path of the receiver server (support/node/receiver-server.ts). */
export interface ReceiverBehaviour {
  status?: number;
  headers?: Record<string, string>;
  body?: string;
  /** Sends no response until the behaviour changes. */
  holds?: boolean;
  /** Sends only the beginning of a response. */
  stalls?: boolean;
  /** Closes the connection without a response. */
  hangsUp?: boolean;
}

/** A received request. */
export interface ReceivedMessage {
  method: string;
  headers: Record<string, string | string[] | undefined>;
  body: string;
  /** The body in base64url. */
  bytes: string;
}

declare module "vitest" {
  interface ProvidedContext {
    /** The origin of the receiver server. */
    receiverServer: string;
  }
}
