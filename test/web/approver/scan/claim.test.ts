import { describe, expect, it, vi } from "vitest";
import { resumeIntent } from "../../../../src/web/approver/sign-in/sign-in-intent.ts";
import type { Scanned } from "../../../../src/web/approver/sessions.ts";
import {
  fakeAccount,
  finish,
  loadTab,
  LOST,
  notReady,
  ok,
  problem,
  SCAN_TOKEN,
  scanWith,
  sent,
  serverResponds,
  SESSION_ID,
  signedOutScan,
  usePhonePage,
} from "../support/phone-page.ts";

usePhonePage();

const LINK: Scanned = { by: "link", sessionId: SESSION_ID, t: 1, mac: "m".repeat(16) };
const BY_TOKEN: Scanned = { by: "scan_token", sessionId: SESSION_ID, scanToken: SCAN_TOKEN };

type Tab = Awaited<ReturnType<typeof loadTab>>;

/** The step after a claim, also after one that failed. */
function claimIn(tab: Tab, scanned: Scanned, account = fakeAccount()) {
  return finish(
    tab
      .claimSession(account, scanned)
      .catch((error: unknown) => tab.claimFailure(error, { to: "claim", scanned })),
  );
}

const newTokens = () => sent.map(({ body }) => Object(body).new_scan_token);

describe("a claim whose response is lost", () => {
  it("repeats a claim whose response was lost with the same scan token", async () => {
    const tab = await loadTab();
    serverResponds(LOST);
    expect(await claimIn(tab, LINK)).toEqual({
      to: "result",
      result: "unreachable",
      retry: { to: "claim", scanned: LINK },
    });
    serverResponds(ok(scanWith()));
    expect(await claimIn(tab, LINK)).toEqual({ to: "request", scan: scanWith() });
    const [first, second] = newTokens();
    expect(first).toMatch(/^[\w-]{43}$/);
    expect(second).toBe(first);
  });

  it("repeats a claim automatically if the server was not ready", async () => {
    const tab = await loadTab();
    serverResponds(notReady, ok(scanWith()));
    expect(await claimIn(tab, LINK)).toMatchObject({ to: "request" });
    expect(new Set(newTokens()).size).toBe(1);
  });

  it("keeps the stored scan when the response to a claim is lost", async () => {
    const tab = await loadTab();
    serverResponds(ok(scanWith()), LOST);
    await claimIn(tab, LINK);
    vi.stubGlobal("navigator", { onLine: false });
    expect(await claimIn(tab, BY_TOKEN)).toMatchObject({ result: "offline" });
    expect(tab.loadScan()).toMatchObject({ scanToken: SCAN_TOKEN });
  });

  it("repeats the claim of a typed code with the same scan token", async () => {
    const tab = await loadTab();
    const typed: Scanned = { by: "user_code", userCode: "WDJBMJHT" };
    serverResponds(LOST, ok(scanWith()), ok(scanWith()));
    await claimIn(tab, typed);
    expect(await claimIn(tab, typed)).toMatchObject({ to: "request" });
    const [first, second] = newTokens();
    expect(second).toBe(first);
  });
});

describe("a repeated claim", () => {
  it("claims the same link again with the token of the first claim", async () => {
    const tab = await loadTab();
    serverResponds(ok(scanWith()), ok(scanWith()));
    await claimIn(tab, LINK);
    expect(await claimIn(tab, LINK)).toMatchObject({ to: "request" });
    expect(sent[1]?.body).toEqual({ scan_token: SCAN_TOKEN });
  });

  it("claims the link of another session with a new token", async () => {
    const tab = await loadTab();
    const other = "n".repeat(43);
    serverResponds(ok(scanWith()), ok({ ...scanWith(), session_id: other }));
    await claimIn(tab, LINK);
    await claimIn(tab, { ...LINK, sessionId: other });
    const [first, second] = newTokens();
    expect(second).toMatch(/^[\w-]{43}$/);
    expect(second).not.toBe(first);
    expect(tab.loadScan()).toMatchObject({ sessionId: other });
  });
});

describe("a reload", () => {
  it("claims a link after a reload with the stored token", async () => {
    const tab = await loadTab();
    serverResponds(ok(scanWith()));
    await claimIn(tab, LINK);
    const reloaded = await loadTab(tab.storage);
    serverResponds(ok(scanWith()));
    expect(await claimIn(reloaded, LINK)).toEqual({ to: "request", scan: scanWith() });
    expect(sent[1]?.body).toEqual({ scan_token: SCAN_TOKEN });
  });

  it("shows that the login is decided when the page is reloaded after an approval whose response was lost", async () => {
    const tab = await loadTab();
    serverResponds(ok(scanWith()));
    await claimIn(tab, LINK);
    const reloaded = await loadTab(tab.storage);
    serverResponds(problem(409, "already_approved"));
    expect(await claimIn(reloaded, BY_TOKEN)).toEqual({ to: "result", result: "decided" });
    expect(reloaded.loadScan()).toBeUndefined();
  });

  it("shows the request after the sign-in, although the page was reloaded in between", async () => {
    const tab = await loadTab();
    const account = fakeAccount();
    serverResponds(ok(signedOutScan()));
    const signIn = await claimIn(tab, LINK, account);
    expect(signIn).toEqual({ to: "sign-in", scan: signedOutScan() });
    expect(account.forget).toHaveBeenCalled();
    const reloaded = await loadTab(tab.storage);
    expect(reloaded.loadScan()).toMatchObject({ scanToken: SCAN_TOKEN });
    serverResponds(ok(scanWith()));
    const next = resumeIntent({ scan: signedOutScan() });
    expect(next).toEqual({ to: "claim", scanned: BY_TOKEN });
    expect(await claimIn(reloaded, BY_TOKEN)).toMatchObject({ to: "request" });
  });
});

describe("a second tab", () => {
  it("refuses the same link in a second tab, and leaves the first tab its scan", async () => {
    const first = await loadTab();
    serverResponds(ok(scanWith()));
    await claimIn(first, LINK);
    const second = await loadTab();
    serverResponds(problem(409, "already_scanned"));
    expect(await claimIn(second, LINK)).toEqual({ to: "result", result: "used" });
    const [one, other] = newTokens();
    expect(other).not.toBe(one);
    expect((await loadTab(first.storage)).loadScan()).toMatchObject({ scanToken: SCAN_TOKEN });
  });

  it("offers to log in on the same device, and remembers it after a reload", async () => {
    const tab = await loadTab();
    serverResponds(problem(409, "same_device"));
    expect(await claimIn(tab, LINK)).toEqual({ to: "same-device", sessionId: SESSION_ID });
    expect(tab.loadScan()).toBeUndefined();
    serverResponds(ok(scanWith()), ok(scanWith()));
    await claimIn(tab, { by: "same_device", sessionId: SESSION_ID });
    expect(tab.loadScan()).toMatchObject({ sameDevice: true });
    const reloaded = await loadTab(tab.storage);
    await claimIn(reloaded, BY_TOKEN);
    expect(reloaded.loadScan()).toMatchObject({ sameDevice: true });
  });

  it("detects the same device for a typed code", async () => {
    const tab = await loadTab();
    serverResponds(ok(scanWith()), problem(409, "same_device"));
    expect(await claimIn(tab, { by: "user_code", userCode: "WDJBMJHT" })).toEqual({
      to: "same-device",
      sessionId: SESSION_ID,
    });
  });
});

describe("an expired session", () => {
  it.each([
    [410, "session_expired"],
    [404, "session_not_found"],
  ])(
    "ends the claim of an expired session and deletes the stored scan: %i %s",
    async (status, code) => {
      const tab = await loadTab();
      serverResponds(ok(scanWith()), problem(status, code));
      await claimIn(tab, LINK);
      expect(await claimIn(tab, BY_TOKEN)).toEqual({ to: "result", result: "expired" });
      expect(tab.loadScan()).toBeUndefined();
    },
  );
});

describe("a phone that can't sign in here", () => {
  it.each([
    ["ownApp", { passkeys: false }],
    ["noPasskeys", { supported: false }],
  ])("shows %s on a phone that can't sign in", async (result, changes) => {
    const tab = await loadTab();
    serverResponds(ok(signedOutScan()));
    expect(await claimIn(tab, LINK, fakeAccount(changes))).toEqual({ to: "result", result });
  });
});
