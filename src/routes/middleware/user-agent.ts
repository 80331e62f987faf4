import { defined } from "../../lib/defined.ts";
import Bowser from "bowser";

/**
 * Browser and system from the User-Agent header. The sender chooses the header, and the names are
 * shown to the user who decides about a login (RFC 10027 §6.1.14), so the header only selects names
 * from the lists below. Only the digits of versions are copied.
 */
export interface UserAgent {
  /** With its major version, if known. */
  browser?: string;
  /** With its version, if the browser sends the real one. */
  system?: string;
}

/** Bowser's names of browsers, without crawlers. */
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

/** Bowser's names of operating systems. */
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

/** Versions that browsers send on newer systems too. */
const FROZEN_VERSIONS: Readonly<Record<string, RegExp>> = {
  Android: /^10$/,
  iOS: /^18\.[67]/,
  macOS: /./,
  Windows: /./,
};

/** Safari on a Mac sends the same header as Safari on an iPad in desktop mode. */
const MAC_OR_IPAD = "macOS/iOS";

/** Apps with a web view and programs that Bowser does not know. */
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

/** Browsers whose User-Agent says Chrome, and whose name is only in Sec-CH-UA. */
const BRAND = /"(Brave|DuckDuckGo|Vivaldi)";\s?v="(\d{1,4})[".]/;

/** Characters that are read of each header. */
const MAX_LENGTH = 500;

/** A cache: parsing takes dozens of patterns, and many browsers send the same header. */
const parsed = new Map<string, UserAgent>();
const MAX_PARSED = 500;

/** `brands`: the header Sec-CH-UA of Chromium browsers (User-Agent Client Hints §3.1). */
export function parseUserAgent(userAgent: string, brands = ""): UserAgent {
  const [header, hint] = [userAgent.slice(0, MAX_LENGTH), brands.slice(0, MAX_LENGTH)];
  const key = `${header}\n${hint}`;
  const known = parsed.get(key);
  if (known) return known;
  const found = Bowser.parse(header || "-");
  const browser = browserOf(header, hint, found);
  const system = systemOf(header, found);
  const result = defined({ browser, system });
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

/** The web view of an unknown app. It looks like Chrome or Safari, but the user knows it as the app. */
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
  // Browsers on iOS in desktop mode send "Macintosh" with their own name.
  if (/ (CriOS|FxiOS|EdgiOS|OPT|DuckDuckGo)\//.test(userAgent)) return "iOS";
  return browser.name === "Safari" ? MAC_OR_IPAD : os.name;
}

function systemWithVersion(name: string, version = ""): string {
  const [shown] = /^\d{1,2}(\.\d{1,2})?(?![^.])/.exec(version) ?? [];
  const isKnown = shown !== undefined && !FROZEN_VERSIONS[name]?.test(version);
  return isKnown ? `${name} ${shown}` : name;
}
