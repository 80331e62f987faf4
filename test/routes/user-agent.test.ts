import { describe, expect, it } from "vitest";
import { readUserAgent } from "../../src/routes/user-agent.ts";

const WEBKIT = "AppleWebKit/537.36 (KHTML, like Gecko)";
const IPHONE =
  "Mozilla/5.0 (iPhone; CPU iPhone OS 18_6_2 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko)";
const ANDROID = `Mozilla/5.0 (Linux; Android 15; Pixel 9) ${WEBKIT}`;

describe("a User-Agent", () => {
  it.each([
    [
      `Mozilla/5.0 (X11; Linux x86_64) ${WEBKIT} Chrome/142.0.0.0 Safari/537.36`,
      "Chrome 142",
      "Linux",
    ],
    [
      `Mozilla/5.0 (X11; Linux x86_64) ${WEBKIT} HeadlessChrome/142.0.0.0 Safari/537.36`,
      "Chrome 142",
      "Linux",
    ],
    [
      `Mozilla/5.0 (Windows NT 10.0; Win64; x64) ${WEBKIT} Chrome/142.0.0.0 Safari/537.36 Edg/142.0.3595.53`,
      "Microsoft Edge 142",
      "Windows",
    ],
    [
      `Mozilla/5.0 (Windows NT 10.0; Win64; x64) ${WEBKIT} Chrome/141.0.0.0 Safari/537.36 OPR/125.0.0.0`,
      "Opera 125",
      "Windows",
    ],
    [
      `Mozilla/5.0 (Windows NT 10.0; Win64; x64) ${WEBKIT} Chrome/140.0.0.0 Safari/537.36 Vivaldi/7.6.3797.52`,
      "Vivaldi 7",
      "Windows",
    ],
    [
      `Mozilla/5.0 (Windows NT 10.0; Win64; x64) ${WEBKIT} Chrome/140.0.0.0 YaBrowser/25.10.0.0 Safari/537.36`,
      "Yandex Browser 25",
      "Windows",
    ],
    [
      "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:145.0) Gecko/20100101 Firefox/145.0",
      "Firefox 145",
      "Windows",
    ],
    [
      "Mozilla/5.0 (Macintosh; Intel Mac OS X 10.15; rv:145.0) Gecko/20100101 Firefox/145.0",
      "Firefox 145",
      "macOS",
    ],
    [
      "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.1 Safari/605.1.15",
      "Safari 26",
      "macOS",
    ],
    [
      `Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) ${WEBKIT} Chrome/142.0.0.0 Safari/537.36`,
      "Chrome 142",
      "Chrome OS",
    ],
    [`${IPHONE} Version/26.0 Mobile/15E148 Safari/604.1`, "Safari 26", "iOS 18.6"],
    [`${IPHONE} CriOS/142.0.7444.46 Mobile/15E148 Safari/604.1`, "Chrome 142", "iOS 18.6"],
    [`${IPHONE} FxiOS/145.0 Mobile/15E148 Safari/605.1.15`, "Firefox 145", "iOS 18.6"],
    [
      `${IPHONE} EdgiOS/142.0.3595.66 Version/18.0 Mobile/15E148 Safari/604.1`,
      "Microsoft Edge 142",
      "iOS 18.6",
    ],
    [
      "Mozilla/5.0 (iPad; CPU OS 17_7 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.7 Mobile/15E148 Safari/604.1",
      "Safari 17",
      "iOS 17.7",
    ],
    [`${IPHONE} Mobile/15E148`, undefined, "iOS 18.6"],
    [`${ANDROID} Chrome/142.0.0.0 Mobile Safari/537.36`, "Chrome 142", "Android 15"],
    [`${ANDROID} Version/4.0 Chrome/142.0.0.0 Mobile Safari/537.36`, "Chrome 142", "Android 15"],
    [
      `${ANDROID} SamsungBrowser/29.0 Chrome/136.0.0.0 Mobile Safari/537.36`,
      "Samsung Internet 29",
      "Android 15",
    ],
    [
      `${ANDROID} Chrome/142.0.0.0 Mobile Safari/537.36 EdgA/142.0.0.0`,
      "Microsoft Edge 142",
      "Android 15",
    ],
    [`${ANDROID} Chrome/138.0.0.0 Mobile DuckDuckGo/5 Safari/537.36`, "DuckDuckGo 5", "Android 15"],
    [
      "Mozilla/5.0 (Android 15; Mobile; rv:145.0) Gecko/145.0 Firefox/145.0",
      "Firefox 145",
      "Android 15",
    ],
    [
      `Mozilla/5.0 (SMART-TV; LINUX; Tizen 8.0) ${WEBKIT} Version/8.0 TV Safari/537.36`,
      "Safari 8",
      "Tizen 8.0",
    ],
    [
      `Mozilla/5.0 (Web0S; Linux/SmartTV) ${WEBKIT} Chrome/120.0.0.0 Safari/537.36`,
      "Chrome 120",
      "webOS",
    ],
    ["curl/8.5.0", "curl 8", undefined],
    ["openid-client/6.8.9", "openid-client 6", undefined],
    ["Mozilla/5.0", undefined, undefined],
    ["", undefined, undefined],
  ])("%s", (text, browser, system) => {
    expect(readUserAgent(text)).toEqual({
      ...(browser === undefined ? {} : { browser }),
      ...(system === undefined ? {} : { system }),
    });
  });

  it("of any length and kind is read in an instant, and is never repeated as a whole", () => {
    for (const text of [
      "iPhone ".repeat(70),
      "Version/1 ".repeat(50),
      "x".repeat(500),
      "a/1".repeat(160),
    ]) {
      for (const name of Object.values(readUserAgent(text))) expect(name.length).toBeLessThan(60);
    }
  });
});
