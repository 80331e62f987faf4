import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { basename, extname, join, relative } from "node:path";
import { build, type BuildOptions, type Plugin } from "esbuild";
import * as v from "valibot";
import { figuresOf, Results, type Figure } from "../../src/web/compare/metrics.ts";
import type { Language } from "../../src/i18n/languages.ts";

/** The project's folder. */
export const root = join(import.meta.dirname, "../..");

/** Where the built files go: all of it is served. */
export const output = join(root, "static");

/** Names of sources, and the paths by which a browser asks for what was built of them. */
export type Built = Record<string, string>;

/** qrcode-svg does not say that it has no side effects, so it would be in each page that draws no code, too. */
const QR_WITHOUT_SIDE_EFFECTS: Plugin = {
  name: "qrcode-svg without side effects",
  setup(build) {
    build.onResolve({ filter: /^qrcode-svg$/ }, () => ({
      path: createRequire(import.meta.url).resolve("qrcode-svg"),
      sideEffects: false,
    }));
  },
};

const COMMON: BuildOptions = {
  bundle: true,
  format: "esm",
  target: "es2022",
  minify: true,
  charset: "utf8",
  legalComments: "eof",
  metafile: true,
  // qrcode-svg writes files by it on Node; a browser never comes there.
  external: ["fs"],
  plugins: [QR_WITHOUT_SIDE_EFFECTS],
  logLevel: "warning",
};

/**
 * What has a name that stays: the SDK, which others import, and the service worker, whose address is
 * what a browser knows it by. Each is one file, with nothing to choose by a page's language.
 */
export async function buildNamedFiles(): Promise<void> {
  const entryPoints = [source("sdk/index", "sdk"), source("web/service-worker/sw", "sw")];
  await build({ ...COMMON, entryPoints, outdir: output, entryNames: "[name]" });
}

/** What is the same in every language. Its names change with what is in them, so it can be kept for ever. */
export async function buildShared(): Promise<Built> {
  const styles = ["style", "screen", "phone", "compare"].map((name) => ({
    in: join(root, `src/templates/${name}.css`),
    out: name,
  }));
  const lazy = LAZY.map((path) => source(path, basename(path)));
  const entryPoints = [...lazy, ...styles];
  return await buildNamed("[name].[hash]", { entryPoints });
}

/** A page's script is one file, in one language. */
export async function buildPageScripts(language: Language, shared: Built): Promise<Built> {
  return await buildNamed(`[name].${language}.[hash]`, {
    entryPoints: [
      source("web/login-page/index", "screen"),
      source("web/approver/index", "phone"),
      source("web/compare/index", "compare"),
    ],
    plugins: [QR_WITHOUT_SIDE_EFFECTS, textsIn(language), loadedLater(shared)],
    define: { FIGURES: JSON.stringify(await measuredFigures()) },
  });
}

async function buildNamed(entryNames: string, options: BuildOptions): Promise<Built> {
  const outdir = join(output, "built");
  const { metafile } = await build({ ...COMMON, ...options, outdir, entryNames });
  return Object.fromEntries(
    Object.entries(metafile?.outputs ?? {}).flatMap(([path, { entryPoint }]) => {
      if (entryPoint === undefined) return [];
      // "<name>.<hash>.js" or "<name>.<language>.<hash>.js"
      const [name = ""] = basename(path).split(".");
      return [[`${name}${extname(path)}`, `/${relative(output, join(process.cwd(), path))}`]];
    }),
  );
}

/** Another language's texts stand where the English ones are imported, so none is chosen at run time. */
function textsIn(language: Language): Plugin {
  return {
    name: `texts in ${language}`,
    setup(build) {
      build.onResolve({ filter: /\/i18n\/en\// }, ({ path, resolveDir }) => ({
        path: join(resolveDir, path).replace("/i18n/en/", `/i18n/${language}/`),
      }));
    },
  };
}

/** Files that a page loads only when it needs them. */
const LAZY = [
  "web/approver/scan/qr-decoder",
  "web/login-page/qr-renderer",
  "sdk/transports/sse-parser",
];

/** That stays a file of its own where it is imported late, and so does the SDK, which is one file and has it all in itself. */
function loadedLater(shared: Built): Plugin {
  return {
    name: "loaded later",
    setup(build) {
      build.onResolve({ filter: /\.ts$/ }, ({ path, kind }) => {
        const name = basename(path, ".ts");
        if (kind !== "dynamic-import") return undefined;
        if (path.endsWith("/sdk/index.ts")) return { path: "../sdk.js", external: true };
        if (!LAZY.some((lazy) => basename(lazy) === name)) return undefined;
        return { path: `./${basename(shared[`${name}.js`] ?? "")}`, external: true };
      });
    },
  };
}

/** An entry point: a file below src/, and the name of what is built from it. */
function source(file: string, out: string): { in: string; out: string } {
  return { in: join(root, `src/${file}.ts`), out };
}

/** What the page /compare shows of the benchmark's results; nothing where there are none. */
async function measuredFigures(): Promise<Figure[]> {
  const text = await readFile(join(root, "bench/results.json"), "utf8").catch(() => "[]");
  return figuresOf(v.parse(Results, JSON.parse(text)));
}
