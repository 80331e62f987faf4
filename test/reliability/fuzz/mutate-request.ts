import type { SeededRandom } from "../support/seeded-random.ts";
import { mutateText, type MutationSource } from "./mutate-text.ts";
import {
  mostlyAscii,
  ODD_METHODS,
  oddHeader,
  oddHeaderValue,
  oddString,
  oddValue,
} from "./odd-values.ts";
import type { BodyShape, RequestShape } from "./request-shape.ts";

/** A request with one or a few mutations. */
export async function mutateRequest(
  shape: RequestShape,
  source: MutationSource,
): Promise<RequestShape> {
  const { random } = source;
  let changed = shape;
  do changed = await mutateOnce(changed, source);
  while (random.chance(0.25));
  return changed;
}

async function mutateOnce(shape: RequestShape, source: MutationSource): Promise<RequestShape> {
  const { random } = source;
  const drawn = random.next();
  if (drawn < 0.05) return { ...shape, method: random.pick(ODD_METHODS) };
  if (drawn < 0.15) return { ...shape, path: await mutatePath(shape.path, source) };
  if (drawn < 0.25) return { ...shape, query: await mutatePairs(shape.query, source) };
  if (drawn < 0.5 || shape.body.kind === "none") {
    return { ...shape, headers: await mutateHeaders(shape.headers, source) };
  }
  return { ...shape, body: await mutateBody(shape.body, source) };
}

async function mutatePath(path: string, source: MutationSource): Promise<string> {
  const { random, known } = source;
  const segments = path.split("/");
  const at = 1 + random.below(Math.max(1, segments.length - 1));
  const segment = segments[at] ?? "";
  const replaced = async () => {
    switch (random.below(5)) {
      case 0:
        return "";
      case 1:
        return `${segment}/`;
      case 2:
        return known.length > 0 ? encodeURIComponent(random.pick(known).toWellFormed()) : segment;
      case 3:
        return oddString(random).slice(0, 2000);
      default:
        return encodeSafely(await mutateText(segment, source));
    }
  };
  segments[at] = await replaced();
  return segments.join("/");
}

/** Lone surrogates cannot be encoded and stay as they are. */
function encodeSafely(text: string): string {
  return text.isWellFormed() ? encodeURIComponent(text) : text;
}

async function mutatePairs(
  pairs: RequestShape["query"],
  source: MutationSource,
): Promise<RequestShape["query"]> {
  const { random } = source;
  if (pairs.length === 0 || random.chance(0.15)) {
    return [...pairs, [wellFormed(oddString(random)), wellFormed(oddString(random))]];
  }
  const at = random.below(pairs.length);
  const [name, value] = pairs[at] ?? ["", ""];
  switch (random.below(6)) {
    case 0:
      return pairs.filter((_, i) => i !== at);
    case 1:
      return [...pairs, [name, value]];
    case 2:
      return [...pairs, [name, wellFormed(await mutateText(value, source))]];
    case 3:
      return pairs.map((pair, i) => (i === at ? [wellFormed(oddString(random)), value] : pair));
    default: {
      const changed = wellFormed(await mutateText(value, source));
      return pairs.map((pair, i) => (i === at ? [name, changed] : pair));
    }
  }
}

function wellFormed(text: string): string {
  return text.toWellFormed();
}

async function mutateHeaders(
  headers: RequestShape["headers"],
  source: MutationSource,
): Promise<RequestShape["headers"]> {
  const changed = await mutateHeader(headers, source);
  return changed.map(([name, value]) => [name, mostlyAscii(value, source.random)]);
}

async function mutateHeader(
  headers: RequestShape["headers"],
  source: MutationSource,
): Promise<RequestShape["headers"]> {
  const { random } = source;
  if (headers.length === 0 || random.chance(0.3)) return [...headers, oddHeader(random)];
  const at = random.below(headers.length);
  const [name, value] = headers[at] ?? ["", ""];
  switch (random.below(5)) {
    case 0:
      return headers.filter((_, i) => i !== at);
    case 1:
      return [...headers, [name, oddHeaderValue(name, random)]];
    case 2:
      return [...headers, [name, value]];
    case 3:
      return headers.map((pair, i) => (i === at ? [name, oddHeaderValue(name, random)] : pair));
    default: {
      const changed = await mutateParts(value, source);
      return headers.map((pair, i) => (i === at ? [name, changed] : pair));
    }
  }
}

/** A header's value is a scheme and a token, or a list: one part of it is changed. */
async function mutateParts(value: string, source: MutationSource): Promise<string> {
  const parts = value.split(/([ ,;=]+)/);
  const at = source.random.below(parts.length);
  const changed = await mutateText(parts[at] ?? "", source);
  return parts.map((part, i) => (i === at ? changed : part)).join("");
}

async function mutateBody(body: BodyShape, source: MutationSource): Promise<BodyShape> {
  const { random } = source;
  if (random.chance(0.12)) return oddBody(body, random);
  switch (body.kind) {
    case "json":
      return random.chance(0.08)
        ? { kind: "text", text: twiceNamed(body.value, random) }
        : { kind: "json", value: await mutateMember(body.value, source) };
    case "form":
      return { kind: "form", fields: await mutatePairs(body.fields, source) };
    case "text":
      return { kind: "text", text: await mutateText(body.text, source) };
    case "none":
    case "bytes":
      return oddBody(body, random);
  }
}

/** A member of the document, however deep: dropped, added, replaced, or its text changed. */
async function mutateMember(value: unknown, source: MutationSource): Promise<unknown> {
  const { random } = source;
  if (typeof value === "string") {
    return random.chance(0.75) ? await mutateText(value, source) : oddValue(random);
  }
  if (Array.isArray(value)) {
    if (value.length === 0 || random.chance(0.2)) return oddValue(random);
    if (random.chance(0.2)) return [...value, ...value];
    const at = random.below(value.length);
    const changed = await mutateMember(value[at], source);
    return value.map((item: unknown, i) => (i === at ? changed : item));
  }
  if (typeof value !== "object" || value === null) return oddValue(random);
  const entries = Object.entries(value);
  if (entries.length === 0 || random.chance(0.08)) {
    return { ...value, [oddString(random).slice(0, 300)]: oddValue(random) };
  }
  const [name, inner] = random.pick(entries);
  if (random.chance(0.12)) return Object.fromEntries(entries.filter(([other]) => other !== name));
  return { ...value, [name]: await mutateMember(inner, source) };
}

/** The same member twice, which JSON.stringify never writes. */
function twiceNamed(value: unknown, random: SeededRandom): string {
  const text = JSON.stringify(value);
  const name = JSON.stringify(
    random.pick([...Object.keys(value ?? {}), "__proto__", "constructor"]),
  );
  const member = `${name}:${JSON.stringify(oddValue(random)) ?? "null"}`;
  return text.startsWith("{") && text.length > 2 ? `{${member},${text.slice(1)}` : `{${member}}`;
}

function oddBody(body: BodyShape, random: SeededRandom): BodyShape {
  const json = body.kind === "json" ? JSON.stringify(body.value) : "{}";
  const texts = [
    "",
    "null",
    "[]",
    '""',
    "0",
    "{",
    "}",
    json.slice(0, -1),
    `${json} `,
    `\ufeff${json}`,
    `${json}${json}`,
    `{"__proto__":${json}}`,
    "[".repeat(8000),
    `${'{"a":'.repeat(3000)}1${"}".repeat(3000)}`,
    " ".repeat(20_000),
    "a=%zz&b=%",
    "&&&=&",
    "a".repeat(8200),
    "x".repeat(20_000),
  ];
  if (random.chance(0.15)) {
    const bytes = Uint8Array.from({ length: 1 + random.below(200) }, () => random.below(256));
    return { kind: "bytes", bytes };
  }
  return { kind: "text", text: random.pick(texts) };
}
