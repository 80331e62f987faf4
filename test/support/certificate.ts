type Bytes = Uint8Array<ArrayBuffer>;

/** DER (X.690 §8): tag, length and content. */
function der(tag: number, ...parts: Uint8Array[]): Bytes {
  const size = parts.reduce((sum, part) => sum + part.length, 0);
  const length = size < 128 ? [size] : size < 256 ? [0x81, size] : [0x82, size >> 8, size & 0xff];
  return Uint8Array.from([tag, ...length, ...parts.flatMap((part) => [...part])]);
}

const text = (value: string) => new TextEncoder().encode(value);
const sequence = (...parts: Uint8Array[]) => der(0x30, ...parts);

const ECDSA_WITH_SHA256 = sequence(der(0x06, Uint8Array.of(42, 134, 72, 206, 61, 4, 3, 2)));
const ADA = sequence(
  der(0x31, sequence(der(0x06, Uint8Array.of(0x55, 4, 3)), der(0x0c, text("Ada's key")))),
);

/** An unsigned X.509 certificate (RFC 5280 §4.1) with this key. */
export async function certificateOf(publicKey: CryptoKey): Promise<Bytes> {
  const spki = await crypto.subtle.exportKey("spki", publicKey);
  if (!(spki instanceof ArrayBuffer)) throw new TypeError("not a key in DER");
  const tbsCertificate = sequence(
    der(0xa0, der(0x02, Uint8Array.of(2))),
    der(0x02, Uint8Array.of(1)),
    ECDSA_WITH_SHA256,
    ADA,
    sequence(der(0x17, text("200101000000Z")), der(0x17, text("491231235959Z"))),
    ADA,
    new Uint8Array(spki),
  );
  return sequence(tbsCertificate, ECDSA_WITH_SHA256, der(0x03, Uint8Array.of(0)));
}
