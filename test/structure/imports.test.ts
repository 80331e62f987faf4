import { globSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { describe, expect, it } from "vitest";

/**
 * Imports point one way. Each room may import from itself and from what is listed here; a file may
 * be named where only that one is meant. `types:` means that only types may cross.
 */
const ALLOWED: Record<string, readonly string[]> = {
  login: [],
  protocol: ["types:login"],
  crypto: ["login/base64url.ts"],
  "durable-objects": [],
  delivery: ["login", "protocol", "crypto", "config.ts", "oauth"],
  push: ["login", "protocol", "crypto", "config.ts", "delivery", "oauth", "durable-objects"],
  events: ["config.ts", "types:login"],
  object: ["login", "protocol", "crypto", "delivery", "events", "accounts", "oauth"],
  transports: [
    "login",
    "protocol",
    "crypto",
    "object/watch-request.ts",
    "types:object",
    "durable-objects",
  ],
  phone: ["login", "protocol", "crypto", "config.ts"],
  accounts: ["login", "protocol", "crypto", "config.ts", "delivery", "push", "events", "oauth"],
  oauth: ["login", "protocol", "crypto", "config.ts", "config", "durable-objects"],
  compare: ["protocol", "config.ts", "delivery", "oauth"],
  texts: [],
  qr: [],
  browser: [
    "texts",
    "qr",
    "protocol",
    "login/rotating-code.ts",
    "login/base64url.ts",
    "types:login",
  ],
  "security-headers.ts": [],
  config: ["login/policy.ts", "login/reasons.ts", "texts"],
  "config.ts": ["config"],
};

const SRC = join(import.meta.dirname, "../../src");

interface Import {
  from: string;
  to: string;
  typesOnly: boolean;
}

/** Every import of ours in src, by paths relative to it. */
const imports: Import[] = globSync("**/*.ts", { cwd: SRC }).flatMap((file) => {
  const text = readFileSync(join(SRC, file), "utf8");
  const statements = text.matchAll(
    /^(?:import|export)\s+(type\s)?[^;]*?from\s+"(\.[^"]+)";|^import\s+()"(\.[^"]+)";|import\(()"(\.[^"]+)"\)/gm,
  );
  return Array.from(statements, ([statement, type, a, , b, , c]) => ({
    from: file,
    to: relative(SRC, join(SRC, dirname(file), a ?? b ?? c ?? "")),
    typesOnly: type !== undefined || onlyTypes(statement),
  }));
});

/** `import { type A, type B }` brings no more than `import type` does. */
function onlyTypes(statement: string): boolean {
  const names = /\{([^}]*)\}/.exec(statement)?.[1]?.split(",") ?? [];
  const named = names.map((name) => name.trim()).filter((name) => name !== "");
  return named.length > 0 && named.every((name) => name.startsWith("type "));
}

const roomOf = (file: string) => file.split("/")[0] ?? file;

function isAllowed({ from, to, typesOnly }: Import): boolean {
  const allowed = ALLOWED[roomOf(from)];
  if (!allowed || roomOf(from) === roomOf(to)) return true;
  return allowed.some((entry) => {
    const place = entry.replace("types:", "");
    return (place === to || place === roomOf(to)) && (typesOnly || !entry.startsWith("types:"));
  });
}

describe("imports", () => {
  it("are found at all", () => {
    expect(imports.length).toBeGreaterThan(100);
    expect(imports).toContainEqual({
      from: "login/transition.ts",
      to: "login/errors.ts",
      typesOnly: false,
    });
  });

  it("point one way", () => {
    const wrong = imports.filter((entry) => !isAllowed(entry));
    expect(wrong.map(({ from, to }) => `${from} must not import ${to}`)).toEqual([]);
  });

  it("of a heart that imports back would be noticed", () => {
    const back = { from: "login/view.ts", to: "object/watchers.ts", typesOnly: true };
    expect(isAllowed(back)).toBe(false);
    expect(isAllowed({ from: "protocol/x.ts", to: "login/view.ts", typesOnly: false })).toBe(false);
  });
});
