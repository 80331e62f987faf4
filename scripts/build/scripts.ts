import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { basename, join, relative } from "node:path";
import { build, type BuildOptions, type Plugin } from "esbuild";
import * as v from "valibot";
import { figuresOf, Results, type Figure } from "../../src/browser/compare/measures.ts";
import type { Language } from "../../src/texts/languages.ts";

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
  const entryPoints = [browserFile("sdk"), browserFile("service-worker/sw")];
  await build({ ...COMMON, entryPoints, outdir: output, entryNames: "[name]" });
}

/** What is the same in every language. Its names change with what is in them, so it can be kept for ever. */
export async function buildShared(): Promise<Built> {
  const styles = ["style", "screen", "phone", "compare"].map((name) =>
    join(root, `src/pages/${name}.css`),
  );
  const entryPoints = [...LATER.map(browserFile), ...styles];
  return await buildNamed("[name].[hash]", { entryPoints });
}

/** A page's script is one file, in one language. */
export async function buildPageScripts(language: Language, shared: Built): Promise<Built> {
  return await buildNamed(`[name].${language}.[hash]`, {
    entryPoints: ["screen", "phone", "compare"].map(browserFile),
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
      const name = basename(entryPoint).replace(/\.ts$/, ".js");
      return [[name, `/${relative(output, join(process.cwd(), path))}`]];
    }),
  );
}

/** Another language's texts stand where the English ones are imported, so none is chosen at run time. */
function textsIn(language: Language): Plugin {
  return {
    name: `texts in ${language}`,
    setup(build) {
      build.onResolve({ filter: /\/texts\/en\// }, ({ path, resolveDir }) => ({
        path: join(resolveDir, path).replace("/texts/en/", `/texts/${language}/`),
      }));
    },
  };
}

/** What a page loads only when it needs it. */
const LATER = ["scanner", "event-stream", "drawing"];

/** That stays a file of its own where it is imported late, and so does the SDK, which is one file and has it all in itself. */
function loadedLater(shared: Built): Plugin {
  return {
    name: "loaded later",
    setup(build) {
      build.onResolve({ filter: /\.ts$/ }, ({ path, kind }) => {
        const name = basename(path, ".ts");
        if (kind !== "dynamic-import") return undefined;
        if (name === "sdk") return { path: "../sdk.js", external: true };
        if (!LATER.includes(name)) return undefined;
        return { path: `./${basename(shared[`${name}.js`] ?? "")}`, external: true };
      });
    },
  };
}

function browserFile(name: string): string {
  return join(root, `src/browser/${name}.ts`);
}

/** What the page /compare shows of the benchmark's results; nothing where there are none. */
async function measuredFigures(): Promise<Figure[]> {
  const text = await readFile(join(root, "bench/results.json"), "utf8").catch(() => "[]");
  return figuresOf(v.parse(Results, JSON.parse(text)));
}
