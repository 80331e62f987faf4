import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { unstable_readConfig } from "wrangler";

const root = join(import.meta.dirname, "../..");
const { alias = {} } = unstable_readConfig({ config: join(root, "wrangler.toml") });
const library = join(root, "node_modules/@simplewebauthn/server/esm");

/** What the library takes from the packages for which something stands in. */
const taken = globSync("**/*.js", { cwd: library }).flatMap((file) => {
  const code = readFileSync(join(library, file), "utf8");
  return Array.from(
    code.matchAll(/import \{([^}]*)\} from '([^']+)'/g),
    ([, names = "", from = ""]) => ({
      from,
      names: names
        .split(",")
        .map((name) => name.trim())
        .filter(Boolean),
    }),
  ).filter(({ from }) => from in alias);
});

describe("what stands in for the libraries that read certificates", () => {
  it("has every name that is taken from them", async () => {
    const standIn: object = await import("../../src/accounts/no-certificates.ts");
    const names = new Set(taken.flatMap((entry) => entry.names));
    expect(names).toContain("AsnParser");
    expect([...names].filter((name) => !(name in standIn))).toEqual([]);
  });

  it("stands in for each of them that is used", () => {
    const { dependencies } = JSON.parse(readFileSync(join(library, "../package.json"), "utf8"));
    const readers = Object.keys(dependencies).filter((name) => name.startsWith("@peculiar/"));
    expect(readers.filter((name) => !(name in alias))).toEqual([]);
    expect(new Set(Object.values(alias))).toEqual(new Set(["./src/accounts/no-certificates.ts"]));
  });

  it("reads signatures, and refuses everything else", async () => {
    const { AsnParser, ECDSASigValue, Certificate, X509Certificate } =
      await import("../../src/accounts/no-certificates.ts");
    const signature = Uint8Array.of(0x30, 0x06, 0x02, 0x01, 0x01, 0x02, 0x01, 0x02);
    expect(AsnParser.parse(signature, ECDSASigValue)).toEqual({
      r: Uint8Array.of(1),
      s: Uint8Array.of(2),
    });
    expect(() => AsnParser.parse(signature, Certificate)).toThrow("not read here");
    expect(() => X509Certificate()).toThrow("not read here");
  });
});
