import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

/**
 * The documents that say which test shows what: `file › title` in backquotes, the file below `test/`.
 * What they say is read here, so that a test that is renamed is missed where it was named.
 */
export const ROOT = join(import.meta.dirname, "../..");

export interface NamedTest {
  file: string;
  title: string;
}

export function documentAt(path: string): string {
  return readFileSync(join(ROOT, path), "utf8");
}

/** What stands in backquotes and has the form of a test. */
export function namedTests(text: string): NamedTest[] {
  return Array.from(text.matchAll(/`([^`]+?\.test\.ts) › ([^`]+)`/g), ([, file, title]) => ({
    file: file ?? "",
    title: title ?? "",
  }));
}

/** A title, or a row of a table of tests, as it is written in the file. */
export function exists({ file, title }: NamedTest): boolean {
  const path = join(ROOT, "test", file);
  if (!existsSync(path)) return false;
  const text = readFileSync(path, "utf8");
  return [`"${title.replaceAll('"', '\\"')}"`, `\`${title}\``].some((literal) =>
    text.includes(literal),
  );
}

/** Rows of a document's tables, without the heads and the lines beneath them. */
export function rowsOf(text: string): string[] {
  const lines = text.split("\n");
  return lines.filter((line, i) => {
    if (!line.startsWith("|") || isRule(line)) return false;
    return !isRule(lines[i + 1] ?? "");
  });
}

/** Whether a row names a test, or says why there is none. */
export function isShown(row: string): boolean {
  return namedTests(row).length > 0 || /(Not applicable|Not done|Out of reach): /.test(row);
}

function isRule(line: string): boolean {
  return /^\|[ :|-]+\|$/.test(line);
}
