import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";

/**
 * Ids at the end of test titles, as in `rejects a code issued to another client [RFC6749-4.1.2/5]`: the standard with its
 * section, or a short name, and a number if several tests share it. Documents cite tests by these ids.
 */
export const ROOT = join(import.meta.dirname, "../..");

const ID = String.raw`\[([A-Z][A-Z0-9]+(?:-[\w.-]+)?(?:/\d+)?)\]`;

export function readDocument(path: string): string {
  return readFileSync(join(ROOT, path), "utf8");
}

/** The ids in brackets in a document. */
export function citedIds(text: string): string[] {
  return Array.from(text.matchAll(new RegExp(ID, "g")), ([, id]) => id ?? "");
}

/** The ids of all test titles and table rows, an id as often as it occurs. */
export function titleIds(): string[] {
  const exclude = ["**/node_modules"];
  return globSync("test/**/*.test.ts", { cwd: ROOT, exclude }).flatMap((path) => {
    const text = readFileSync(join(ROOT, path), "utf8");
    return Array.from(
      text.matchAll(new RegExp(String.raw` ${ID}["\x60]`, "g")),
      ([, id]) => id ?? "",
    );
  });
}

/** The cited ids that do not stand in exactly one test title. */
export function unresolvedIds(text: string): string[] {
  const ids = titleIds();
  return citedIds(text).filter((id) => ids.filter((other) => other === id).length !== 1);
}

/** The rows of a document's tables, without headers. */
export function rowsOf(text: string): string[] {
  const lines = text.split("\n");
  return lines.filter((line, i) => {
    if (!line.startsWith("|") || isDelimiter(line)) return false;
    return !isDelimiter(lines[i + 1] ?? "");
  });
}

/** Whether a row cites a test or gives the reason why there is none. */
export function isShown(row: string): boolean {
  return citedIds(row).length > 0 || /(Not applicable|Not done|Out of reach): /.test(row);
}

function isDelimiter(line: string): boolean {
  return /^\|[ :|-]+\|$/.test(line);
}
