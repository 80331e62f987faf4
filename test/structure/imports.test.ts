import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { RuleTester } from "oxlint/plugins-dev";
import { describe, expect, it } from "vitest";
import folders, { importViolation, parseFolderTable } from "../../scripts/lint/import-direction.ts";

const SRC = join(import.meta.dirname, "../../src");
const table = parseFolderTable(readFileSync(join(SRC, "README.md"), "utf8"));

/** The rule's report for a file in src: the number of imports that it refuses. */
function lint(filename: string, code: string, errors: number): void {
  RuleTester.describe = (_title, run) => run();
  RuleTester.it = (_title, run) => run();
  const test = {
    code,
    filename: join(SRC, filename),
    languageOptions: { parserOptions: { lang: "ts" } },
  } as const;
  new RuleTester().run("import-direction", folders.rules["import-direction"], {
    valid: errors === 0 ? [test] : [],
    invalid: errors === 0 ? [] : [{ ...test, errors }],
  });
}

describe("the table of folders", () => {
  it("lists every folder and file of src with code", () => {
    const missing = readdirSync(SRC)
      .filter((name) => name !== "README.md" && name !== "env.d.ts")
      .filter((name) => ![...table.keys()].some((row) => row.split("/")[0] === name));
    expect(missing).toEqual([]);
  });

  it("names only folders and files that exist", () => {
    const named = [...table.keys(), ...[...table.values()].flat()];
    expect(named.filter((name) => !existsSync(join(SRC, name)))).toEqual([]);
  });

  it("lets each folder import only from folders above it, so that no two folders import each other", () => {
    const rows = [...table.keys()];
    const upward = rows.flatMap((row, index) =>
      (table.get(row) ?? [])
        .filter(
          (name) =>
            !rows.slice(0, index).some((above) => name === above || name.startsWith(`${above}/`)),
        )
        .map((name) => `${row} imports ${name}`),
    );
    expect(upward).toEqual([]);
  });
});

describe("the lint rule for the direction of imports", () => {
  it("is an error in every file of src", () => {
    const config: unknown = JSON.parse(readFileSync(join(SRC, "../.oxlintrc.json"), "utf8"));
    expect(config).toMatchObject({
      jsPlugins: ["./scripts/lint/import-direction.ts"],
      overrides: expect.arrayContaining([
        { files: ["src/**/*.ts"], rules: { "folders/import-direction": "error" } },
      ]),
    });
  });

  it("rejects an import that points back, whichever its form, imports of types included", () => {
    lint("lib/digest.ts", 'import { app } from "../app.ts";', 1);
    lint("lib/digest.ts", 'import type { Config } from "../config/index.ts";', 1);
    lint("lib/digest.ts", 'export * from "../oidc/errors.ts";', 1);
    lint("lib/digest.ts", 'export { app } from "../app.ts";', 1);
    lint("lib/digest.ts", 'const app = import("../app.ts");', 1);
    lint("lib/digest.ts", 'type App = import("../app.ts").App;', 1);
  });

  it("accepts imports from the same folder, from the row's list and from packages", () => {
    lint(
      "lib/digest.ts",
      'import { encode } from "./base64url.ts"; import * as v from "valibot";',
      0,
    );
    lint(
      "oidc/token/tokens.ts",
      'import { ok } from "../../lib/result.ts"; import "../errors.ts";',
      0,
    );
    lint(
      "routes/oauth/token.ts",
      'import { accountStub } from "../../accounts/account-stub.ts";',
      0,
    );
  });

  it("rejects a file that is in no folder of the table", () => {
    expect(importViolation(table, "new-folder/file.ts", "lib/digest.ts")).toBe(
      "new-folder/file.ts is in no folder of the table in src/README.md",
    );
  });

  it("rejects an import of routes by a domain, and of anything but the rotating code by a page", () => {
    for (const [from, to] of [
      ["login-session/domain/view.ts", "login-session/durable-object/watchers.ts"],
      ["protocol/requests.ts", "login-session/domain/session.ts"],
      ["accounts/account.ts", "routes/app-env.ts"],
      ["web/approver/index.ts", "login-session/domain/session.ts"],
    ] as const) {
      expect(importViolation(table, from, to)).toMatch(/must not import/);
    }
  });
});
