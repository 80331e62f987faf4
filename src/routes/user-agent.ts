/** A browser by what it calls itself, with the version's first number. */
type Sign = readonly [name: string, pattern: RegExp];

/** Browsers say that they are those whose engine they have, too, so the more particular come first. */
const BROWSERS: readonly Sign[] = [
  ["Microsoft Edge", /\bEdg(?:e|A|iOS)?\/(\d+)/],
  ["Opera", /\b(?:OPR|OPT|OPiOS)\/(\d+)/],
  ["Samsung Internet", /\bSamsungBrowser\/(\d+)/],
  ["Vivaldi", /\bVivaldi\/(\d+)/],
  ["Yandex Browser", /\bYaBrowser\/(\d+)/],
  ["Huawei Browser", /\bHuaweiBrowser\/(\d+)/],
  ["Mi Browser", /\bMiuiBrowser\/(\d+)/],
  ["UC Browser", /\bUCBrowser\/(\d+)/],
  ["DuckDuckGo", /\b(?:DuckDuckGo|Ddg)\/(\d+)/],
  ["Firefox", /\b(?:Firefox|FxiOS)\/(\d+)/],
  ["Chrome", /\b(?:Headless)?(?:Chrome|CriOS)\/(\d+)/],
  ["Chromium", /\bChromium\/(\d+)/],
  ["Safari", /\bVersion\/(\d+)[^()]*\bSafari\//],
];

/** Versions are told where they are true: those of macOS and Windows have been frozen for years. */
const SYSTEMS: readonly Sign[] = [
  ["iOS", /\b(?:iPhone|iPad|iPod)\b.*? OS (\d+(?:[._]\d+)?)/],
  ["Android", /\bAndroid\b(?: (\d+(?:\.\d+)?))?/],
  ["HarmonyOS", /\b(?:HarmonyOS|OpenHarmony)\b/],
  ["Tizen", /\bTizen\b(?: (\d+(?:\.\d+)?))?/],
  ["webOS", /\b[Ww]eb[O0]S\b/],
  ["Chrome OS", /\bCrOS\b/],
  ["Windows", /\bWindows\b/],
  ["macOS", /\b(?:Macintosh|Mac OS X)\b/],
  ["Linux", /\bLinux\b/],
];

/** What is no browser begins with its own name: curl/8.5.0. */
const PROGRAM = /^(?!Mozilla\b)([\w.-]{1,40})\/(\d+)/;

/**
 * The browser and the system of a User-Agent (RFC 9110 §10.1.5), as far as they are known here: for a
 * person to recognise a device of theirs. Whoever sends it may have made it up.
 */
export function readUserAgent(text: string): { browser?: string; system?: string } {
  const [, program, version] = PROGRAM.exec(text) ?? [];
  const browser = firstOf(BROWSERS, text) ?? (program && `${program} ${version}`);
  const system = firstOf(SYSTEMS, text);
  return { ...(browser ? { browser } : {}), ...(system ? { system } : {}) };
}

function firstOf(signs: readonly Sign[], text: string): string | undefined {
  for (const [name, pattern] of signs) {
    const found = pattern.exec(text);
    if (found) return [name, found[1]?.replace("_", ".")].filter(Boolean).join(" ");
  }
  return undefined;
}
