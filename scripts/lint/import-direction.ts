import { readFileSync } from "node:fs";
import { dirname, join, relative, sep } from "node:path";
import type { RuleTester } from "oxlint/plugins-dev";

/**
 * Lint rule: files in src import only what the table of folders in src/README.md allows. Imports of
 * types count.
 */

/** The folders and files that each folder may import, in the order of the table. */
export type FolderTable = ReadonlyMap<string, readonly string[]>;

/**
 * Reads the table: the first column names a folder or a file in src, the third what it may import.
 */
export function parseFolderTable(markdown: string): FolderTable {
  const table = new Map<string, readonly string[]>();
  for (const [, folder = "", imports = ""] of markdown.matchAll(/^\| `(.+?)` .*\|(.*)\|$/gm)) {
    const isEveryRowAbove = imports.trim() === "every row above";
    const listed = Array.from(imports.matchAll(/`(.+?)`/g), ([, name = ""]) => name);
    table.set(folder, isEveryRowAbove ? [...table.keys()] : listed);
  }
  return table;
}

/** Why a file may not import another one, or undefined if it may. Paths are relative to src. */
export function importViolation(table: FolderTable, from: string, to: string): string | undefined {
  const row = [...table.keys()].find((name) => contains(name, from));
  if (row === undefined) return `${from} is in no folder of the table in src/README.md`;
  const allowed = [row, ...(table.get(row) ?? [])];
  return allowed.some((name) => contains(name, to))
    ? undefined
    : `${row} must not import ${to} (src/README.md)`;
}

function contains(name: string, file: string): boolean {
  return file === name || file.startsWith(`${name}/`);
}

type Rule = Parameters<RuleTester["run"]>[1];
type Visitor = NonNullable<ReturnType<NonNullable<Rule["create"]>>[string]>;

const SRC = join(import.meta.dirname, "../../src");

const importDirection: Rule = {
  create({ filename, report }) {
    const table = parseFolderTable(readFileSync(join(SRC, "README.md"), "utf8"));
    const check: Visitor = (node) => {
      const source = "source" in node ? node.source : null;
      if (source?.type !== "Literal" || typeof source.value !== "string") return;
      if (!source.value.startsWith(".")) return;
      const from = pathInSrc(filename);
      const to = pathInSrc(join(dirname(filename), source.value));
      const message = importViolation(table, from, to);
      if (message !== undefined) report({ message, node: source });
    };
    return {
      ImportDeclaration: check,
      ExportAllDeclaration: check,
      ExportNamedDeclaration: check,
      ImportExpression: check,
      TSImportType: check,
    };
  },
};

function pathInSrc(file: string): string {
  return relative(SRC, file).replaceAll(sep, "/");
}

export default {
  meta: { name: "folders" },
  rules: { "import-direction": importDirection },
};
