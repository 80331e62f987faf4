import { existsSync, globSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, it } from "vitest";
import { PROBLEMS } from "../../src/protocol/problem-codes.ts";

/** Every path, link, command, setting and error code in the documents exists. */

const ROOT = join(import.meta.dirname, "../..");

const read = (path: string) => readFileSync(join(ROOT, path), "utf8");

/** CHANGELOG.md may name what was removed later. */
const DOCUMENTS = globSync(["*.md", "docs/*.md", "examples/*/README.md"], { cwd: ROOT })
  .filter((path) => path !== "CHANGELOG.md")
  .toSorted();

/** A file or folder of the repository. `static/` is left out, since the build makes its files. */
const PATH =
  /^(?:(?:\.ci|\.github|bench|docs|examples|scripts|src|test)\/[\w./*-]+|[\w./*-]+\/[\w.-]+\.(?:ts|md))$/;

/** Paths may leave out `src/` or `test/`. */
const BASES = ["", "src", "test"];

/** Paths in backquotes, without a line number or the title of a test behind them. */
function pathsIn(text: string): string[] {
  const quoted = Array.from(text.matchAll(/`([^`\n]+)`/g), ([, code = ""]) => code);
  return quoted.map((code) => code.split(" › ")[0] ?? code).filter((code) => PATH.test(code));
}

/** Targets of links and images that are in this repository. */
function linksIn(text: string): string[] {
  const targets = Array.from(
    withoutCode(text).matchAll(/\]\(([^)\s]+)\)|(?:src|srcset)="([^"]+)"/g),
    ([, link, image]) => link ?? image ?? "",
  );
  return targets.filter((target) => !/^[a-z]+:/.test(target));
}

function withoutCode(text: string): string {
  return text.replaceAll(/^```[\s\S]*?^```/gm, "");
}

/** The fragments that GitHub gives to the headings of a document. */
function anchorsIn(text: string): string[] {
  const headings = Array.from(withoutCode(text).matchAll(/^#+ (.+)$/gm), ([, title = ""]) => title);
  return headings.map((title) =>
    title
      .toLowerCase()
      .replaceAll(/\[([^\]]+)\]\([^)]*\)/g, "$1")
      .replaceAll(/[^\p{L}\p{N} _-]/gu, "")
      .replaceAll(" ", "-"),
  );
}

function missingLinks(document: string): string[] {
  return linksIn(read(document)).filter((target) => {
    const [path = "", anchor] = target.split("#");
    const file = path === "" ? document : join(dirname(document), path);
    if (!existsSync(join(ROOT, file))) return true;
    return anchor !== undefined && !anchorsIn(read(file)).includes(anchor);
  });
}

function missingPaths(document: string): string[] {
  return pathsIn(read(document)).filter((path) =>
    BASES.every((base) => globSync(path, { cwd: join(ROOT, base) }).length === 0),
  );
}

function missingScripts(document: string): string[] {
  const { scripts } = JSON.parse(read("package.json")) as { scripts: Record<string, string> };
  const names = Array.from(read(document).matchAll(/npm run ([\w:-]+)/g), ([, name = ""]) => name);
  return names.filter((name) => !(name in scripts));
}

it.each(DOCUMENTS)("%s names only paths that exist", (document) => {
  expect(missingPaths(document)).toEqual([]);
});

it.each(DOCUMENTS)("%s links only to files and headings that exist", (document) => {
  expect(missingLinks(document)).toEqual([]);
});

it.each(DOCUMENTS)("%s names only npm scripts of package.json", (document) => {
  expect(missingScripts(document)).toEqual([]);
});

it("finds a path, a link, a heading and a script that don't exist", () => {
  expect(pathsIn("`src/missing.ts` and `test/no-such.test.ts › a title`")).toEqual([
    "src/missing.ts",
    "test/no-such.test.ts",
  ]);
  expect(linksIn("[a](missing.md#heading) [b](https://example.com)")).toEqual([
    "missing.md#heading",
  ]);
  expect(anchorsIn("## What is stored\n\n### A client's policy")).toEqual([
    "what-is-stored",
    "a-clients-policy",
  ]);
});

it("docs/operating.md describes every setting of wrangler.toml", () => {
  const [, vars = ""] = read("wrangler.toml").split("\n[vars]\n");
  const names = Array.from(vars.matchAll(/^([A-Z][A-Z_]+) = /gm), ([, name = ""]) => name);
  expect(names.length).toBeGreaterThan(10);
  const operating = read("docs/operating.md");
  expect(names.filter((name) => !operating.includes(`| \`${name}\``))).toEqual([]);
});

it("docs/protocol.md lists every error code of the session API", () => {
  const protocol = read("docs/protocol.md");
  const codes = Object.keys(PROBLEMS);
  expect(codes.filter((code) => !protocol.includes(`\`${code}\``))).toEqual([]);
});

it("docs/reliability.md lists every invariant of the model tests", () => {
  const reliability = read("docs/reliability.md");
  const code = read("test/reliability/model/invariants.ts");
  const names = Array.from(code.matchAll(/^ {2}"([^"]+)"\(/gm), ([, name = ""]) => name);
  expect(names.length).toBeGreaterThan(10);
  expect(names.filter((name) => !reliability.includes(`- ${name}\n`))).toEqual([]);
});

it("docs/how-it-works.md describes every folder of src", () => {
  const layout = read("docs/how-it-works.md");
  const folders = readdirSync(join(ROOT, "src"), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => `${name}/`);
  expect(folders.filter((folder) => !layout.includes(folder))).toEqual([]);
});

it("CONTRIBUTING.md has ten questions and an answer with a file for each", () => {
  const [, test = ""] = read("CONTRIBUTING.md").split("## The reading test");
  const [questions = "", answers = ""] = test.split("<summary>Answers</summary>");
  expect(questions.match(/^\d+\. .+\?$/gm)).toHaveLength(10);
  expect(answers.match(/^\d+\. `src\/[\w./-]+\.ts`/gm)).toHaveLength(10);
});
