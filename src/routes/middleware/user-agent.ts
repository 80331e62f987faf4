import { defined } from "../../lib/defined.ts";
import Bowser from "bowser";

/**
 * Browser and system names from the User-Agent header. Whoever sends a request chooses its headers, and
 * the names are shown to the person who decides about a login (RFC 10027 §6.1.14). So the header only
 * selects a name from the lists below. No part of it is copied but the digits of a version.
 */
export interface UserAgent {
  /** With its major version, where that is known. */
  browser?: string;
  /** With a version, where the browser sends the true one. */
  system?: string;
}

/** Browsers that people use, as Bowser calls them. Crawlers are not among them. */
const BROWSERS: ReadonlySet<string> = new Set([
  "Amazon Silk",
  "Brave",
  "Chrome",
  "Chromium",
  "DuckDuckGo",
  "Electron",
  "Firefox",
  "Google Search",
  "HeyTap Browser",
  "Internet Explorer",
  "Ladybird",
  "LibreWolf",
  "Maxthon",
  "Microsoft Edge",
  "Miui",
  "NAVER Whale Browser",
  "Opera",
  "Opera Touch",
  "Pale Moon",
  "PlayStation 4",
  "Puffin",
  "QQ Browser",
  "QQ Browser Lite",
  "Roku",
  "Safari",
  "Samsung Internet for Android",
  "SeaMonkey",
  "Sogou Browser",
  "Tizen",
  "UC Browser",
  "Vivaldi",
  "Vivo Browser",
  "WeChat",
  "WebOS Browser",
  "Yandex Browser",
]);

/** Operating systems, as Bowser calls them. */
const SYSTEMS: ReadonlySet<string> = new Set([
  "Android",
  "Chrome OS",
  "HarmonyOS",
  "iOS",
  "Linux",
  "macOS",
  "PlayStation 4",
  "Roku",
  "Tizen",
  "WebOS",
  "Windows",
  "Windows Phone",
]);

/** Versions that browsers go on sending on all newer systems. */
const FROZEN_VERSIONS: Readonly<Record<string, RegExp>> = {
  Android: /^10$/,
  iOS: /^18\.[67]/,
  macOS: /./,
  Windows: /./,
};

/** Safari on a Mac and Safari that asks for desktop pages on an iPad send the same header. */
const MAC_OR_IPAD = "macOS/iOS";

/** What Bowser does not know: apps with a browser inside, and programs that have none. */
const OTHERS: readonly [pattern: RegExp, name: string][] = [
  [/ Instagram[ /]/, "Instagram"],
  [/\bFB(AN|AV|_IAB)\b/, "Facebook"],
  [/ LinkedInApp\b/, "LinkedIn"],
  [/ Snapchat[ /]/, "Snapchat"],
  [/ (musical_ly|BytedanceWebview|TikTok)/, "TikTok"],
  [/ Line\//, "LINE"],
  [/^curl\//, "curl"],
  [/^Wget\//, "Wget"],
  [/^(node|undici)$|^node[-/]/, "Node.js"],
  [/^Deno\//, "Deno"],
  [/^Bun\//, "Bun"],
  [/^[Pp]ython-/, "Python"],
  [/^Go-http-client\//, "Go"],
];

/** Browsers that call themselves Chrome in User-Agent, and name themselves in Sec-CH-UA alone. */
const BRAND = /"(Brave|DuckDuckGo|Vivaldi)";\s?v="(\d{1,4})[".]/;

/** Characters of each header that are read. */
const MAX_LENGTH = 500;

/** Millions of browsers send the same header, and reading it takes dozens of patterns. */
const parsed = new Map<string, UserAgent>();
const MAX_PARSED = 500;

/** `brands` is the header Sec-CH-UA, which browsers of the Chromium family send (User-Agent Client Hints §3.1). */
export function parseUserAgent(userAgent: string, brands = ""): UserAgent {
  const [header, hint] = [userAgent.slice(0, MAX_LENGTH), brands.slice(0, MAX_LENGTH)];
  const key = `${header}\n${hint}`;
  const known = parsed.get(key);
  if (known) return known;
  const found = Bowser.parse(header || "-");
  const browser = browserOf(header, hint, found);
  const system = systemOf(header, found);
  const result = {
    ...defined({ browser, system }),
  };
  if (parsed.size >= MAX_PARSED) parsed.clear();
  parsed.set(key, result);
  return result;
}

type Found = ReturnType<typeof Bowser.parse>;

function browserOf(userAgent: string, brands: string, found: Found): string | undefined {
  const [, brand, brandVersion] = BRAND.exec(brands) ?? [];
  if (brand !== undefined) return withVersion(brand, brandVersion);
  const other = OTHERS.find(([pattern]) => pattern.test(userAgent));
  if (other) return other[1];
  const { name, version } = found.browser;
  if (name === undefined || !BROWSERS.has(name) || isWebView(userAgent, name)) return undefined;
  return withVersion(name, version);
}

/** The web view of an app that is not in the list: it looks like Chrome or Safari, but its user knows the app. */
function isWebView(userAgent: string, name: string): boolean {
  if (name === "Chrome") return userAgent.includes("; wv)");
  return name === "Safari" && !userAgent.includes("Version/");
}

function withVersion(name: string, version: string | undefined): string {
  const [, major] = /^(\d{1,4})(\.|$)/.exec(version ?? "") ?? [];
  return major === undefined ? name : `${name} ${major}`;
}

function systemOf(userAgent: string, { browser, os }: Found): string | undefined {
  if (os.name === undefined || !SYSTEMS.has(os.name)) return undefined;
  if (os.name !== "macOS") return systemWithVersion(os.name, os.version);
  // Browsers of iOS that ask for desktop pages say "Macintosh" beside their own name.
  if (/ (CriOS|FxiOS|EdgiOS|OPT|DuckDuckGo)\//.test(userAgent)) return "iOS";
  return browser.name === "Safari" ? MAC_OR_IPAD : os.name;
}

function systemWithVersion(name: string, version = ""): string {
  const [shown] = /^\d{1,2}(\.\d{1,2})?(?![^.])/.exec(version) ?? [];
  const isKnown = shown !== undefined && !FROZEN_VERSIONS[name]?.test(version);
  return isKnown ? `${name} ${shown}` : name;
}
