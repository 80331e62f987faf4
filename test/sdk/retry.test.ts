import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { LoginError } from "../../src/sdk/login-error.ts";
import { delayAfter, withRetries } from "../../src/sdk/retry.ts";

const LOST = new LoginError("network", "No answer came.");
const unavailable = (retryAfter?: number) =>
  new LoginError("temporarily_unavailable", "", { status: 503, retryAfter });

describe("delayAfter", () => {
  it("doubles the retry delay, with jitter", () => {
    expect([delayAfter(LOST, 1, 0), delayAfter(LOST, 1, 1)]).toEqual([200, 400]);
    expect([delayAfter(LOST, 2, 0), delayAfter(LOST, 2, 1)]).toEqual([400, 800]);
  });

  it("waits at least as long as Retry-After says", () => {
    expect(delayAfter(unavailable(1000), 1, 0)).toBe(1000);
    expect(delayAfter(unavailable(1000), 1, 1)).toBe(1200);
    expect(delayAfter(unavailable(5000), 1, 0)).toBe(5000);
  });

  it("stops retrying after three tries, and for a long Retry-After", () => {
    expect(delayAfter(LOST, 3, 0)).toBeUndefined();
    expect(delayAfter(unavailable(60_000), 1, 0)).toBeUndefined();
  });

  it("doesn't retry after a refusal or an unknown error", () => {
    for (const status of [400, 401, 403, 404, 409, 410, 429, 500]) {
      expect(delayAfter(new LoginError("x", "", { status }), 1, 0)).toBeUndefined();
    }
    expect(delayAfter(new Error("other"), 1, 0)).toBeUndefined();
    expect(delayAfter(new LoginError("protocol", "", { status: 502 }), 1, 0)).toBe(200);
  });
});

describe("withRetries", () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it("returns the response of the first successful try, and passes the number of earlier tries", async () => {
    const attempt = vi
      .fn<(triesBefore: number) => Promise<string>>()
      .mockRejectedValueOnce(LOST)
      .mockRejectedValueOnce(unavailable(1000))
      .mockResolvedValueOnce("answer");
    const answer = withRetries(attempt);
    await vi.runAllTimersAsync();
    expect(await answer).toBe("answer");
    expect(attempt.mock.calls).toEqual([[0], [1], [2]]);
  });

  it("throws the last error if every try fails", async () => {
    const attempt = vi.fn(() => Promise.reject(LOST));
    const answer = withRetries(attempt).catch((error: unknown) => error);
    await vi.runAllTimersAsync();
    expect(await answer).toBe(LOST);
    expect(attempt).toHaveBeenCalledTimes(3);
  });

  it("starts no other try after the time budget", async () => {
    const attempt = vi.fn(async () => {
      await new Promise((resolve) => setTimeout(resolve, 15_000));
      throw LOST;
    });
    const answer = withRetries(attempt).catch((error: unknown) => error);
    await vi.runAllTimersAsync();
    expect(await answer).toBe(LOST);
    expect(attempt).toHaveBeenCalledTimes(1);
  });

  it("stops retrying when the signal is aborted", async () => {
    const over = new AbortController();
    const attempt = vi.fn(() => Promise.reject(LOST));
    const answer = withRetries(attempt, { signal: over.signal }).catch((error: unknown) => error);
    await vi.advanceTimersByTimeAsync(1);
    over.abort(new Error("enough"));
    await vi.runAllTimersAsync();
    expect(await answer).toMatchObject({ message: "enough" });
    expect(attempt).toHaveBeenCalledTimes(1);
  });

  it("doesn't retry while the browser is offline", async () => {
    vi.stubGlobal("navigator", { onLine: false });
    const attempt = vi.fn(() => Promise.reject(LOST));
    await expect(withRetries(attempt)).rejects.toBe(LOST);
    expect(attempt).toHaveBeenCalledTimes(1);
    vi.unstubAllGlobals();
  });
});
