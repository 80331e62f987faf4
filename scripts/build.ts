/**
 * Builds what the pages load into static/: their scripts, and the headers that protect the files.
 * With `--sizes` it also says how much a browser has to load, compressed.
 */
import { readFile, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { brotliCompressSync } from "node:zlib";
import { build, type Plugin } from "esbuild";
import * as v from "valibot";
import { figuresOf, Results, type Figure } from "../src/browser/compare/measures.ts";
import { HEADER_EXCEPTIONS, headersFile, SECURITY_HEADERS } from "../src/security-headers.ts";

const root = join(import.meta.dirname, "..");
const output = join(root, "static");

/** What a page shares with other sites, or loads only when it needs it, stays a file of its own. */
const SEPARATE = /\/(sdk|scanner)\.ts$/;

const separateFiles: Plugin = {
  name: "separate files",
  setup(build) {
    build.onResolve({ filter: SEPARATE }, ({ path, kind }) =>
      kind === "entry-point"
        ? undefined
        : { path: `./${basename(path, ".ts")}.js`, external: true },
    );
  },
};

/** Where the part of qrcode-svg begins that draws, and writes files; before it the matrix is made. */
const DRAWING = "/** Generates QR Code as SVG image */";

/** We draw the matrix ourselves, so only what makes it goes to the browser. */
const onlyTheMatrix: Plugin = {
  name: "only the matrix of qrcode-svg",
  setup(build) {
    build.onLoad({ filter: /\/qrcode-svg\/lib\/qrcode\.js$/ }, async ({ path }) => {
      const [matrix, drawing] = (await readFile(path, "utf8")).split(DRAWING);
      if (matrix === undefined || drawing === undefined) {
        throw new Error(`qrcode-svg has changed: ${JSON.stringify(DRAWING)} is not in it.`);
      }
      return { contents: `${matrix}\nexport default QRCode;\n`, loader: "js" };
    });
  },
};

await build({
  entryPoints: ["sdk", "screen", "phone", "scanner", "compare", "service-worker/sw"].map(
    (name) => ({ in: join(root, `src/browser/${name}.ts`), out: basename(name) }),
  ),
  outdir: output,
  bundle: true,
  format: "esm",
  target: "es2022",
  minify: true,
  charset: "utf8",
  legalComments: "eof",
  plugins: [separateFiles, onlyTheMatrix],
  define: { FIGURES: JSON.stringify(await measuredFigures()) },
  logLevel: "warning",
});
await writeFile(join(output, "_headers"), headersFile(SECURITY_HEADERS, HEADER_EXCEPTIONS));
console.log("Built static/.");

if (process.argv.includes("--sizes")) {
  await printSizes("screen", ["index.html", "style.css", "sdk.js", "screen.js", "icon.svg"]);
  await printSizes("phone", ["phone.html", "style.css", "phone.js", "icon.svg"]);
  await printSizes("compare", [
    "compare.html",
    "style.css",
    "compare.css",
    "sdk.js",
    "compare.js",
    "icon.svg",
  ]);
  await printSizes("phone, where the browser reads no QR codes", ["scanner.js"]);
}

/** What the page /compare shows of the benchmark's results; nothing where there are none. */
async function measuredFigures(): Promise<Figure[]> {
  const text = await readFile(join(root, "bench/results.json"), "utf8").catch(() => "[]");
  return figuresOf(v.parse(Results, JSON.parse(text)));
}

async function printSizes(page: string, files: string[]): Promise<void> {
  const sizes = await Promise.all(
    files.map(async (file) => brotliCompressSync(await readFile(join(output, file))).length),
  );
  const total = sizes.reduce((sum, size) => sum + size, 0);
  const parts = files.map((file, index) => `${file} ${sizes[index]}`).join(", ");
  console.log(`${page}: ${total} bytes (${parts})`);
}
