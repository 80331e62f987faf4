import { existsSync, globSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { PROBLEMS } from "../../src/protocol/problem.ts";
import { INVARIANTS } from "../reliability/model/invariants.ts";

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

describe.each(DOCUMENTS)("%s", (document) => {
  const text = read(document);

  it("names only paths that exist", () => {
    const missing = pathsIn(text).filter((path) =>
      BASES.every((base) => globSync(path, { cwd: join(ROOT, base) }).length === 0),
    );
    expect(missing).toEqual([]);
  });

  it("links only to files and headings that exist", () => {
    expect(missingLinks(document)).toEqual([]);
  });

  it("names only npm scripts that package.json has", () => {
    const { scripts } = JSON.parse(read("package.json")) as {
      scripts: Record<string, string>;
    };
    const names = Array.from(text.matchAll(/npm run ([\w:-]+)/g), ([, name = ""]) => name);
    expect(names.filter((name) => !(name in scripts))).toEqual([]);
  });
});

describe("the documents", () => {
  it("are found by this test", () => {
    expect(DOCUMENTS).toEqual(
      expect.arrayContaining(["README.md", "CONTRIBUTING.md", "docs/how-it-works.md"]),
    );
  });

  it("describe every setting that wrangler.toml sets", () => {
    const [, vars = ""] = read("wrangler.toml").split("\n[vars]\n");
    const names = Array.from(vars.matchAll(/^([A-Z][A-Z_]+) = /gm), ([, name = ""]) => name);
    expect(names.length).toBeGreaterThan(10);
    const operating = read("docs/operating.md");
    expect(names.filter((name) => !operating.includes(`| \`${name}\``))).toEqual([]);
  });

  it("describe every error code of the session API", () => {
    const protocol = read("docs/protocol.md");
    const codes = Object.keys(PROBLEMS);
    expect(codes.filter((code) => !protocol.includes(`\`${code}\``))).toEqual([]);
  });

  it("list every invariant of the model tests", () => {
    const reliability = read("docs/reliability.md");
    const names = Object.keys(INVARIANTS);
    expect(names.filter((name) => !reliability.includes(`- ${name}\n`))).toEqual([]);
  });

  it("describe every folder of src", () => {
    const layout = read("docs/how-it-works.md");
    const folders = readdirSync(join(ROOT, "src"), { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map(({ name }) => `${name}/`);
    expect(folders.filter((folder) => !layout.includes(folder))).toEqual([]);
  });
});
