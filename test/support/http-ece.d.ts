/** The part that is used here, as the package has no types. */
declare module "http_ece" {
  import type { ECDH } from "node:crypto";

  interface Parameters {
    version: "aes128gcm";
    privateKey: ECDH;
    /** base64url. */
    authSecret: string;
  }
  const ece: { decrypt(body: Uint8Array, parameters: Parameters): Uint8Array<ArrayBuffer> };
  export default ece;
}
