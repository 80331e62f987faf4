import { decodeBase64url, encodeBase64url } from "../../../src/lib/base64url.ts";
import type { SeededRandom } from "../support/seeded-random.ts";
import { oddString, oddValue } from "./odd-values.ts";

/** Signs a changed token again with the sender's key, so that its content is evaluated. */
export type Resign = (header: object, payload: object) => Promise<string>;

/** The sources of the mutations of one run. */
export interface MutationSource {
  random: SeededRandom;
  /** Values that are valid elsewhere: ids, tokens and codes of other objects. */
  known: readonly string[];
  /** By the original token. */
  resigners: ReadonlyMap<string, Resign>;
}

/** Changes one text: its characters, what it encodes, or what is signed in it. */
export async function mutateText(text: string, source: MutationSource): Promise<string> {
  const { random, known, resigners } = source;
  if (random.chance(0.25)) return oddString(random);
  if (known.length > 0 && random.chance(0.2)) return random.pick(known);
  const resign = resigners.get(text);
  if (resign && random.chance(0.8)) return await mutateSigned(text, resign, source);
  if (/^[\w-]+\.[\w-]*\.[\w-]*$/.test(text) && random.chance(0.5)) return mutateJwt(text, source);
  if (/^[\w-]{8,}$/.test(text) && random.chance(0.4)) return mutateEncoded(text, source);
  return mutateCharacters(text, random);
}

function mutateCharacters(text: string, random: SeededRandom): string {
  const at = random.below(text.length + 1);
  const [before, after] = [text.slice(0, at), text.slice(at)];
  switch (random.below(12)) {
    case 0:
      return before;
    case 1:
      return after;
    case 2:
      return before + after.slice(1);
    case 3:
      return before + oddString(random).slice(0, 3) + after;
    case 4:
      return before + random.pick(["A", "_", "=", ".", " ", "é", "\u0000"]) + after.slice(1);
    case 5:
      return text + text;
    case 6:
      return text.toUpperCase();
    case 7:
      return ` ${text} `;
    case 8:
      return `${text}=`;
    case 9:
      return text.replaceAll("-", "+").replaceAll("_", "/");
    case 10:
      return encodeURIComponent(text.toWellFormed()).replaceAll("-", "%2D");
    default:
      return text.repeat(1 + random.below(40)).slice(0, 20_000);
  }
}

/** base64url, with the bytes in it changed: CBOR and keys are reached by this. */
function mutateEncoded(text: string, source: MutationSource): string {
  const { random } = source;
  const bytes = bytesOf(text);
  if (!bytes || bytes.length === 0) return mutateCharacters(text, random);
  const json = jsonIn(bytes);
  if (json !== undefined) return encodeJson(mutateJson(json, random));
  const changed = random.chance(0.2) ? bytes.slice(0, random.below(bytes.length)) : bytes.slice();
  for (let i = random.below(4); i >= 0 && changed.length > 0; i -= 1) {
    changed[random.below(changed.length)] = random.pick([0, 0x7f, 0xff, random.below(256)]);
  }
  return encodeBase64url(changed);
}

/** A JWT with an invalid signature. */
function mutateJwt(text: string, source: MutationSource): string {
  const parts = text.split(".");
  const at = source.random.below(parts.length);
  return parts.map((part, i) => (i === at ? mutateEncoded(part, source) : part)).join(".");
}

/** A JWT with changed claims or header and a valid signature. */
async function mutateSigned(
  text: string,
  resign: Resign,
  { random }: MutationSource,
): Promise<string> {
  const [header = {}, payload = {}] = text
    .split(".")
    .slice(0, 2)
    .map((part) => jsonIn(bytesOf(part)) as object);
  const inHeader = random.chance(0.3);
  try {
    return inHeader
      ? await resign(mutateJson(header, random) as object, payload)
      : await resign(header, mutateJson(payload, random) as object);
  } catch {
    // Cannot be signed, for example with another algorithm than the key's.
    return text.slice(0, -1);
  }
}

/** Changes one place of a JSON document. */
export function mutateJson(value: unknown, random: SeededRandom): unknown {
  if (Array.isArray(value)) {
    if (value.length === 0 || random.chance(0.4)) return oddValue(random);
    const at = random.below(value.length);
    return value.map((item, i) => (i === at ? mutateJson(item, random) : item));
  }
  if (typeof value !== "object" || value === null) return oddValue(random);
  const entries = Object.entries(value);
  if (entries.length === 0 || random.chance(0.1)) {
    return { ...value, [oddString(random).slice(0, 300)]: oddValue(random) };
  }
  const [name, inner] = random.pick(entries);
  if (random.chance(0.2)) return Object.fromEntries(entries.filter(([other]) => other !== name));
  const deeper = typeof inner === "object" && inner !== null && random.chance(0.7);
  return { ...value, [name]: deeper ? mutateJson(inner, random) : oddValue(random) };
}

function bytesOf(text: string): Uint8Array<ArrayBuffer> | undefined {
  try {
    return decodeBase64url(text);
  } catch {
    return undefined;
  }
}

function jsonIn(bytes: Uint8Array<ArrayBuffer> | undefined): unknown {
  try {
    const value: unknown = JSON.parse(
      new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes),
    );
    return typeof value === "object" && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}

function encodeJson(value: unknown): string {
  return encodeBase64url(new TextEncoder().encode(JSON.stringify(value) ?? ""));
}
