/** What the Workers runtime has of Node's cryptography, as far as a test needs it: its types are not Node's. */
declare module "node:crypto" {
  interface Bytes extends Uint8Array<ArrayBuffer> {
    toString(encoding?: "base64url"): string;
  }
  export interface ECDH {
    generateKeys(): Bytes;
    getPublicKey(): Bytes;
  }
  export function createECDH(curve: string): ECDH;
  export function randomBytes(size: number): Bytes;
}
