import { afterEach, beforeEach, vi } from "vitest";
import type { ApprovalRequest } from "../../../../src/protocol/approval-request.ts";
import type { ScanResponse } from "../../../../src/protocol/responses.ts";

/** A phone page without a browser: its globals are stubs, and its server responds as the test scripts it. */

export const SESSION_ID = "s".repeat(43);
export const SCAN_TOKEN = "t".repeat(43);
export const NOW = Date.parse("2026-11-24T12:00:00.000Z");
export const EXPIRES_AT = "2026-11-24T12:02:00.000Z";

/** The server received the request, and its response never arrived. */
export const LOST = "lost";

type Scripted = typeof LOST | (() => Response);

export const ok = (body: object) => () => Response.json(body);
export const problem = (status: number, code: string) => () =>
  Response.json({ title: "No.", status, code }, { status });
export const notReady = problem(503, "temporarily_unavailable");

export interface SentRequest {
  path: string;
  method: string;
  body: unknown;
}

/** The requests of the current test, in order. */
export let sent: SentRequest[] = [];
let scripted: Scripted[] = [];

/** What the server responds, one after the other. It fails the test if the page sends more requests. */
export function serverResponds(...responses: Scripted[]): void {
  scripted.push(...responses);
}

/** Stubs the globals before each test of a file. Timers are fake: see `finish`. */
export function usePhonePage(): void {
  beforeEach(() => {
    sent = [];
    scripted = [];
    vi.useFakeTimers({ now: NOW });
    vi.stubGlobal("location", { origin: "https://login.example", host: "login.example" });
    vi.stubGlobal("navigator", { onLine: true, credentials: {} });
    vi.stubGlobal("fetch", respond);
    stubStorage(new Map());
  });
  afterEach(() => {
    vi.useRealTimers();
    vi.unstubAllGlobals();
  });
}

function respond(url: URL, { method = "GET", body }: RequestInit): Promise<Response> {
  const json: unknown = typeof body === "string" ? JSON.parse(body) : undefined;
  sent.push({ path: url.pathname, method, body: json });
  const response = scripted.shift();
  if (response === undefined) throw new Error(`unexpected request: ${method} ${url.pathname}`);
  return response === LOST ? Promise.reject(new TypeError("lost")) : Promise.resolve(response());
}

/** The session storage of one tab: it outlives a reload, and other tabs don't see it. */
export function stubStorage(items: Map<string, string>): void {
  vi.stubGlobal("sessionStorage", {
    getItem: (key: string) => items.get(key) ?? null,
    setItem: (key: string, value: string) => void items.set(key, value),
    removeItem: (key: string) => void items.delete(key),
  });
}

/** Loads the page's modules anew, as a new or reloaded tab does. Only `storage` is kept. */
export async function loadTab(storage = new Map<string, string>()) {
  vi.resetModules();
  stubStorage(storage);
  const [claim, scanStorage] = await Promise.all([
    import("../../../../src/web/approver/scan/claim.ts"),
    import("../../../../src/web/approver/scan/scan-storage.ts"),
  ]);
  return { ...claim, ...scanStorage, storage };
}

/** Waits for a promise while all timers run, such as the delays between retries. */
export async function finish<Value>(promise: Promise<Value>): Promise<Value> {
  const settled = promise.then(
    (value) => ({ value }),
    (error: unknown) => ({ error }),
  );
  await vi.runAllTimersAsync();
  const result = await settled;
  if ("error" in result) throw result.error;
  return result.value;
}

/** The part of an account that works without a browser. */
export function fakeAccount(changes: { passkeys?: boolean; supported?: boolean } = {}) {
  const { passkeys = true, supported = true } = changes;
  return {
    forget: vi.fn<() => void>(),
    whoAmI: () => Promise.resolve({ signed_in: false, passkeys }),
    supported,
  };
}

export function requestWith(changes: Partial<ApprovalRequest> = {}): ApprovalRequest {
  return {
    requested_at: "2026-11-24T11:59:30.000Z",
    scope: "openid profile",
    browser: "Firefox 144",
    system: "macOS 15",
    consent: { access: "login", claims: ["sub", "name"], expires_in: 600 },
    risk: { verdict: "allow", reasons: [] },
    phone: {},
    repeats: 0,
    ...changes,
  };
}

/** The response to a scan by a phone that is signed in. */
export function scanWith(
  changes: Partial<ApprovalRequest> = {},
): ScanResponse & { request: ApprovalRequest } {
  return { ...signedOutScan(), request: requestWith(changes) };
}

/** The response to a scan by a phone that is not signed in. */
export function signedOutScan(): ScanResponse {
  return {
    session_id: SESSION_ID,
    scan_token: SCAN_TOKEN,
    client: { client_id: "shop", name: "The Shop" },
    expires_at: EXPIRES_AT,
  };
}
