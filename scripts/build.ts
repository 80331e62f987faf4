/**
 * Builds static/: the pages and their scripts in each language, and the security headers of the
 * files. With `--sizes` it prints how much a browser loads, compressed.
 */
import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { brotliCompressSync } from "node:zlib";
import {
  HEADER_EXCEPTIONS,
  headersFile,
  SECURITY_HEADERS,
} from "../src/routes/middleware/security-headers.ts";
import { LANGUAGES, type Language } from "../src/i18n/languages.ts";
import { buildPages } from "./build/pages.ts";
import {
  buildPageScripts,
  buildNamedFiles,
  buildShared,
  output,
  type Built,
} from "./build/scripts.ts";

await mkdir(join(output, "built"), { recursive: true });
await buildNamedFiles();
const shared = await buildShared();
const inLanguages = new Map<Language, Built>();
for (const language of LANGUAGES) {
  const scripts = await buildPageScripts(language, shared);
  // A style sheet and a script may have the same name, so the extension is part of the key.
  inLanguages.set(language, await buildPages(language, { ...shared, ...scripts }));
}
await writeFile(join(output, "_headers"), headersFile(SECURITY_HEADERS, HEADER_EXCEPTIONS));
await forgetOthers([...inLanguages.values()].flatMap((built) => Object.values(built)));
console.log("Built static/.");

if (process.argv.includes("--sizes")) {
  for (const [language, built] of inLanguages) {
    const page = (name: string) => `/pages/${language}/${name}.html`;
    const files = (...names: string[]) => names.map((name) => built[name] ?? "");
    const icon = "/icon.svg";
    await printSizes(`screen, ${language}`, [page("screen"), ...files("screen.js"), icon]);
    for (const name of ["phone", "compare"]) {
      const own = files(`${name}.css`, `${name}.js`);
      await printSizes(`${name}, ${language}`, [page(name), ...own, icon]);
    }
  }
  await printSizes("phone, where the browser reads no QR codes", [shared["qr-decoder.js"] ?? ""]);
  await printSizes("the SDK", ["/sdk.js"]);
  await printSizes("the service worker", ["/sw.js"]);
}

/** Removes the files of earlier builds. */
async function forgetOthers(paths: readonly string[]): Promise<void> {
  const kept = new Set(paths.map((path) => basename(path)));
  for (const name of await readdir(join(output, "built"))) {
    if (!kept.has(name)) await rm(join(output, "built", name));
  }
}

async function printSizes(page: string, files: string[]): Promise<void> {
  const sizes = await Promise.all(
    files.map(async (file) => brotliCompressSync(await readFile(join(output, file))).length),
  );
  const total = sizes.reduce((sum, size) => sum + size, 0);
  const parts = files.map((file, index) => `${basename(file)} ${sizes[index]}`).join(", ");
  console.log(`${page}: ${total} bytes (${parts})`);
}
