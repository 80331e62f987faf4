import { createHash } from "node:crypto";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Language } from "../../src/i18n/languages.ts";
import { output, root, type Built } from "./scripts.ts";

const PAGES = ["screen", "phone", "compare", "notice", "choice"];

/**
 * Builds the pages in one language. In src/templates, a name in braces stands for a text, or for
 * the path of a built file.
 */
export async function buildPages(language: Language, built: Built): Promise<Built> {
  const texts: unknown = await import(`../../src/i18n/${language}/index.ts`);
  const manifest = fill(await source("phone.webmanifest"), (name) =>
    JSON.stringify(textAt(texts, name)).slice(1, -1),
  );
  const name = `phone.${language}.${hashOf(manifest)}.webmanifest`;
  await writeFile(join(output, "built", name), manifest);
  const all = { ...built, "phone.webmanifest": `/built/${name}` };

  const folder = join(output, "pages", language);
  await mkdir(folder, { recursive: true });
  for (const page of PAGES) {
    const html = fill((await source(`${page}.html`)).replaceAll(/\n\s+/g, "\n"), (name) =>
      escapeHtml(name.startsWith("built.") ? pathOf(all, name.slice(6)) : textAt(texts, name)),
    );
    await writeFile(join(folder, `${page}.html`), await withStyles(html, built));
  }
  return all;
}

function source(name: string): Promise<string> {
  return readFile(join(root, "src/templates", name), "utf8");
}

/** Inlines the style sheet that a `<style>` names in `data-from`, which saves a round trip. */
async function withStyles(html: string, built: Built): Promise<string> {
  const [whole, name] = /<style data-from="([\w.]+)"><\/style>/.exec(html) ?? [];
  if (whole === undefined || name === undefined) return html;
  const css = await readFile(join(output, pathOf(built, name)), "utf8");
  // A function, since a dollar sign has a meaning in a replacement string.
  return html.replace(whole, () => `<style>${css.trim()}</style>`);
}

function fill(template: string, valueOf: (name: string) => string): string {
  return template.replaceAll(/\{([\w.]+)\}/g, (_, name: string) => valueOf(name));
}

/** The text of a name such as `SCREEN.pending.steps.0`. A text with a parameter is called without it. */
function textAt(texts: unknown, name: string): string {
  const found = name.split(".").reduce<unknown>((at, key) => Object(at)[key], texts);
  const text: unknown = typeof found === "function" ? found() : found;
  if (typeof text !== "string") throw new Error(`there is no text ${name}`);
  return text;
}

function pathOf(built: Built, name: string): string {
  const path = built[name];
  if (path === undefined) throw new Error(`${name} was not built`);
  return path;
}

function escapeHtml(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll('"', "&quot;");
}

function hashOf(text: string): string {
  return createHash("sha256").update(text).digest("hex").slice(0, 8);
}
