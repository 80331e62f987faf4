import { describe, expect, it, vi } from "vitest";
import * as v from "valibot";
import { get } from "../../../../src/web/approver/api.ts";
import { deleteScan, loadScan, saveScan } from "../../../../src/web/approver/scan/scan-storage.ts";
import {
  finish,
  NOW,
  SCAN_TOKEN,
  serverResponds,
  SESSION_ID,
  signedOutScan,
  stubStorage,
  usePhonePage,
} from "../support/phone-page.ts";

usePhonePage();

const STORED = {
  sessionId: SESSION_ID,
  scanToken: SCAN_TOKEN,
  expiresAt: NOW + 120_000,
  sameDevice: false,
};

describe("the stored scan", () => {
  it("loads the stored scan after a reload of the tab", () => {
    const storage = new Map<string, string>();
    stubStorage(storage);
    saveScan(signedOutScan(), { sameDevice: false });
    stubStorage(storage);
    expect(loadScan()).toEqual(STORED);
  });

  it("hides the stored scan from a second tab", () => {
    saveScan(signedOutScan(), { sameDevice: false });
    stubStorage(new Map());
    expect(loadScan()).toBeUndefined();
  });

  it("replaces the stored scan by a later one", () => {
    saveScan(signedOutScan(), { sameDevice: false });
    const sessionId = "n".repeat(43);
    saveScan({ ...signedOutScan(), session_id: sessionId }, { sameDevice: true });
    expect(loadScan()).toEqual({ ...STORED, sessionId, sameDevice: true });
  });

  it("loads no scan after it was deleted, even twice", () => {
    saveScan(signedOutScan(), { sameDevice: false });
    deleteScan();
    deleteScan();
    expect(loadScan()).toBeUndefined();
  });

  it("loads no scan whose session has expired", () => {
    saveScan(signedOutScan(), { sameDevice: false });
    vi.setSystemTime(NOW + 119_999);
    expect(loadScan()).toEqual(STORED);
    vi.setSystemTime(NOW + 120_000);
    expect(loadScan()).toBeUndefined();
  });

  it("expires the stored scan by the server's clock, not by the phone's", async () => {
    saveScan(signedOutScan(), { sameDevice: false });
    const readClock = async (serverTime: number) => {
      const headers = { Date: new Date(serverTime).toUTCString() };
      serverResponds(() => Response.json({}, { headers }));
      await finish(get("/account", v.unknown()));
    };
    await readClock(NOW + 180_000);
    expect(loadScan()).toBeUndefined();
    await readClock(NOW);
    expect(loadScan()).toEqual(STORED);
  });

  it.each([
    ["is no JSON", "{"],
    ["is no object", "null"],
    ["has no token", JSON.stringify({ ...STORED, scanToken: undefined })],
    ["has a malformed session id", JSON.stringify({ ...STORED, sessionId: "x" })],
  ])("ignores a stored scan that %s", (_, text) => {
    stubStorage(new Map([["scan", text]]));
    expect(loadScan()).toBeUndefined();
  });
});
