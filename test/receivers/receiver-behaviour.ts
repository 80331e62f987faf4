/** How an address of the receivers' server behaves (node/receiver-server.ts). */
export interface ReceiverBehaviour {
  status?: number;
  headers?: Record<string, string>;
  body?: string;
  /** Answers nothing until it is told to behave otherwise. */
  holds?: boolean;
  /** Sends the beginning of an answer, and then nothing more. */
  stalls?: boolean;
  /** Closes the connection without an answer. */
  hangsUp?: boolean;
}

/** What it got. */
export interface ReceivedMessage {
  method: string;
  headers: Record<string, string | string[] | undefined>;
  body: string;
  /** The same, whatever it is: base64url. */
  bytes: string;
}

declare module "vitest" {
  interface ProvidedContext {
    /** Where the receivers' server listens. */
    receiverServer: string;
  }
}
