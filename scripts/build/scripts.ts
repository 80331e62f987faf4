import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { basename, extname, join, relative } from "node:path";
import { build, type BuildOptions, type Plugin } from "esbuild";
import * as v from "valibot";
import { figuresOf, Results, type Figure } from "../../src/web/compare/metrics.ts";
import type { Language } from "../../src/i18n/languages.ts";

/** The project's folder. */
export const root = join(import.meta.dirname, "../..");

/** The folder of the built files, all of which are served. */
export const output = join(root, "static");

/** Names of sources, with the paths at which the built files are served. */
export type Built = Record<string, string>;

/** qrcode-svg doesn't declare that it has no side effects, so every page would contain it. */
const QR_WITHOUT_SIDE_EFFECTS: Plugin = {
  name: "qrcode-svg without side effects",
  setup(build) {
    build.onResolve({ filter: /^qrcode-svg$/ }, () => ({
      path: createRequire(import.meta.url).resolve("qrcode-svg"),
      sideEffects: false,
    }));
  },
};

/**
 * esbuild can't tell that building a schema has no side effects, so every page would contain the schemas
 * that it doesn't use. This marks the calls that build schemas, and none that parses.
 */
const SCHEMAS_WITHOUT_SIDE_EFFECTS: Plugin = {
  name: "schemas without side effects",
  setup(build) {
    build.onLoad({ filter: /\/src\/protocol\/[^/]+\.ts$/ }, async ({ path }) => {
      const source = await readFile(path, "utf8");
      const schemaCall = /\bv\.(?!parse|safeParse)(?=\w+\()/g;
      return { contents: source.replaceAll(schemaCall, "/* @__PURE__ */ v."), loader: "ts" };
    });
  },
};

const COMMON = {
  bundle: true,
  format: "esm",
  target: "es2022",
  minify: true,
  charset: "utf8",
  legalComments: "eof",
  metafile: true,
  // qrcode-svg uses it on Node only.
  external: ["fs"],
  plugins: [QR_WITHOUT_SIDE_EFFECTS, SCHEMAS_WITHOUT_SIDE_EFFECTS],
  logLevel: "warning",
} satisfies BuildOptions;

/**
 * Builds the files whose names are fixed: the SDK, which other sites import, and the service
 * worker, which browsers know by its URL. Both are the same in all languages.
 */
export async function buildNamedFiles(): Promise<void> {
  const entryPoints = [source("sdk/index", "sdk"), source("web/service-worker/sw", "sw")];
  await build({ ...COMMON, entryPoints, outdir: output, entryNames: "[name]" });
}

/**
 * Builds what all languages share. The names contain a hash of the content, so the files can be
 * cached for ever.
 */
export async function buildShared(): Promise<Built> {
  const styles = ["style", "screen", "phone", "compare"].map((name) => ({
    in: join(root, `src/templates/${name}.css`),
    out: name,
  }));
  const lazy = LAZY.map((path) => source(path, basename(path)));
  const entryPoints = [...lazy, ...styles];
  return await buildNamed("[name].[hash]", { entryPoints });
}

/** Builds the script of each page, as one file per language. */
export async function buildPageScripts(language: Language, shared: Built): Promise<Built> {
  return await buildNamed(`[name].${language}.[hash]`, {
    entryPoints: [
      source("web/login-page/index", "screen"),
      source("web/approver/index", "phone"),
      source("web/compare/index", "compare"),
    ],
    plugins: [...COMMON.plugins, textsIn(language), loadedLater(shared)],
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

/**
 * Resolves imports of the English texts to those of another language, so that a page contains one
 * language only.
 */
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

/** Keeps dynamic imports in files of their own: the lazy files, and the SDK. */
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

/** An entry point: a file in src/, and the name of the built file. */
function source(file: string, out: string): { in: string; out: string } {
  return { in: join(root, `src/${file}.ts`), out };
}

/** The figures of bench/results.json for the page /compare. Empty without that file. */
async function measuredFigures(): Promise<Figure[]> {
  const text = await readFile(join(root, "bench/results.json"), "utf8").catch(() => "[]");
  return figuresOf(v.parse(Results, JSON.parse(text)));
}
