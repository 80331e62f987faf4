/** The part of node:crypto in the Workers runtime that tests use. */
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
