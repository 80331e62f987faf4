import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseUserAgent } from "../../../src/routes/middleware/user-agent.ts";

const MAC = "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7)";
const IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_7 like Mac OS X)";
const ANDROID = "Mozilla/5.0 (Linux; Android 10; K)";
const WEBKIT = "AppleWebKit/605.1.15 (KHTML, like Gecko)";
const CHROME = "AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0";

describe("parseUserAgent", () => {
  it.each([
    [`${MAC} ${CHROME} Safari/537.36`, "Chrome 142", "macOS"],
    [
      "Mozilla/5.0 (Macintosh; Intel Mac OS X 10.15; rv:145.0) Gecko/20100101 Firefox/145.0",
      "Firefox 145",
      "macOS",
    ],
    [
      `Mozilla/5.0 (Windows NT 10.0; Win64; x64) ${CHROME} Safari/537.36 Edg/142.0.0.0`,
      "Microsoft Edge 142",
      "Windows",
    ],
    [`Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) ${CHROME} Safari/537.36`, "Chrome 142", "Chrome OS"],
    [
      "Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0",
      "Firefox 145",
      "Linux",
    ],
    [`Mozilla/5.0 (X11; Linux x86_64) ${CHROME} Safari/537.36 OPR/120.0.0.0`, "Opera 120", "Linux"],
    [
      `${ANDROID} AppleWebKit/537.36 (KHTML, like Gecko) SamsungBrowser/28.0 Chrome/130.0.0.0 Mobile Safari/537.36`,
      "Samsung Internet for Android 28",
      "Android",
    ],
    [
      "Mozilla/5.0 (SMART-TV; LINUX; Tizen 7.0) AppleWebKit/537.36 (KHTML, like Gecko) 94.0.4606.31/7.0 TV Safari/537.36",
      "Tizen",
      "Tizen 7.0",
    ],
    [
      "Mozilla/5.0 (Web0S; Linux/SmartTV) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/94.0.4606.128 Safari/537.36 WebAppManager",
      "WebOS Browser",
      "WebOS",
    ],
    [
      "Mozilla/5.0 (Linux; Android 16) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Mobile Safari/537.36",
      "Chrome 142",
      "Android 16",
    ],
    [
      `${IPHONE.replace("18_7", "17_5_1")} ${WEBKIT} Version/17.5 Mobile/15E148 Safari/604.1`,
      "Safari 17",
      "iOS 17.5",
    ],
    ["curl/8.5.0", "curl", undefined],
    ["node", "Node.js", undefined],
  ])(
    "names the browser and the system by the User-Agent header %s",
    (userAgent, browser, system) => {
      expect(parseUserAgent(userAgent)).toEqual({ browser, ...(system ? { system } : {}) });
    },
  );

  it.each([
    [
      "Safari of iOS 26, which says 18.6",
      `${IPHONE.replace("18_7", "18_6")} ${WEBKIT} Version/26.0 Mobile/15E148 Safari/604.1`,
      "Safari 26",
      "iOS",
    ],
    [
      "Chrome of iOS 26, which says 18.7",
      `${IPHONE} ${WEBKIT} CriOS/145.0.7632.55 Mobile/15E148 Safari/604.1`,
      "Chrome 145",
      "iOS",
    ],
    [
      "Firefox of iOS 26, which says 18.7",
      `${IPHONE} ${WEBKIT} FxiOS/148.1 Mobile/15E148 Safari/604.1`,
      "Firefox 148",
      "iOS",
    ],
    [
      "Chrome of any Android, which says 10",
      `${ANDROID} ${CHROME} Mobile Safari/537.36`,
      "Chrome 142",
      "Android",
    ],
    [
      "Safari of a Mac or an iPad, which say the same",
      `${MAC} ${WEBKIT} Version/26.1 Safari/605.1.15`,
      "Safari 26",
      "macOS/iOS",
    ],
    [
      "Chrome of an iPad, which says Macintosh",
      `${MAC} ${WEBKIT} CriOS/145.0 Version/26.1 Safari/605.1.15`,
      "Chrome 145",
      "iOS",
    ],
    [
      "the web view of an Android app, which says Chrome",
      `Mozilla/5.0 (Linux; Android 14; Pixel 8; wv) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/142.0.0.0 Mobile Safari/537.36`,
      undefined,
      "Android 14",
    ],
    [
      "the web view of an iOS app, which looks like Safari",
      `${IPHONE} ${WEBKIT} Mobile/15E148`,
      undefined,
      "iOS",
    ],
    [
      "the web view of a known app",
      `${IPHONE} ${WEBKIT} Mobile/15E148 Instagram 300.0.0.0 (iPhone14,5; iOS 18_7)`,
      "Instagram",
      "iOS",
    ],
  ])("names neither the browser nor the system wrongly for %s", (_, userAgent, browser, system) => {
    expect(parseUserAgent(userAgent)).toEqual({ ...(browser ? { browser } : {}), system });
  });

  it("names Brave by Sec-CH-UA, since its User-Agent header says Chrome", () => {
    const brands = '"Chromium";v="142", "Brave";v="142", "Not_A Brand";v="99"';
    expect(parseUserAgent(`${MAC} ${CHROME} Safari/537.36`, brands)).toEqual({
      browser: "Brave 142",
      system: "macOS",
    });
  });

  it.each([
    ["free text", "Your own laptop, checked by S support: please tap Approve now/1 x"],
    ["a crawler", "Googlebot/2.1 (+http://www.google.com/bot.html)"],
    ["nothing", ""],
  ])("names neither the browser nor the system by a User-Agent header of %s", (_, userAgent) => {
    expect(parseUserAgent(userAgent)).toEqual({});
  });

  it("leaves a version out that has too many digits or none", () => {
    expect(parseUserAgent("Your own laptop/1 (Windows NT 10.0)")).toEqual({ system: "Windows" });
    expect(parseUserAgent("Chrome/0800123456 x")).toEqual({ browser: "Chrome" });
    expect(parseUserAgent("x (Linux; Android 0800.123456)")).toEqual({ system: "Android" });
    expect(parseUserAgent("curl/8", '"Brave";v="call 0800"')).toEqual({ browser: "curl" });
  });

  it("copies only version digits from the User-Agent [RFC10027-6.1.14]", () => {
    const words = fc.constantFrom(
      "Chrome/",
      "Safari/",
      "Version/",
      "Firefox/",
      "Mobile ",
      "Opera ",
      "QQBrowser/",
      "MiuiBrowser/",
      "(",
      ")",
      ";",
      " ",
      "Windows NT ",
      "Mac OS X ",
      "Android ",
      "Linux",
      "iPhone OS ",
      "Approve now",
      "\u202E",
      "0800",
      "26.1",
      "wv",
      "/",
      '"Brave";v="',
    );
    const text = fc.oneof(
      fc.string({ unit: "binary-ascii" }),
      fc.array(words).map((all) => all.join("")),
    );
    fc.assert(
      fc.property(text, text, (userAgent, brands) => {
        const { browser, system } = parseUserAgent(userAgent, brands);
        if (browser !== undefined)
          expect(browser).toMatch(/^[A-Z][A-Za-z. ]+?( 4)?( \d{1,4})?$|^curl$/);
        if (system !== undefined) expect(system).toMatch(/^[A-Za-z/ ]+( \d{1,2}(\.\d{1,2})?)?$/);
        expect(`${browser} ${system}`).not.toContain("Approve");
      }),
      { numRuns: 2000 },
    );
  });
});
