import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { LoginError } from "../../src/sdk/login-error.ts";
import { delayAfter, withRetries } from "../../src/sdk/retry.ts";

const LOST = new LoginError("network", "No answer came.");
const unavailable = (retryAfter?: number) =>
  new LoginError("temporarily_unavailable", "", { status: 503, retryAfter });

describe("delayAfter", () => {
  it("doubles, and leaves a part of the wait to chance", () => {
    expect([delayAfter(LOST, 1, 0), delayAfter(LOST, 1, 1)]).toEqual([200, 400]);
    expect([delayAfter(LOST, 2, 0), delayAfter(LOST, 2, 1)]).toEqual([400, 800]);
  });

  it("is at least what the server asks for", () => {
    expect(delayAfter(unavailable(1000), 1, 0)).toBe(1000);
    expect(delayAfter(unavailable(1000), 1, 1)).toBe(1200);
    expect(delayAfter(unavailable(5000), 1, 0)).toBe(5000);
  });

  it("ends after three tries, and where the server asks for more patience than anybody has", () => {
    expect(delayAfter(LOST, 3, 0)).toBeUndefined();
    expect(delayAfter(unavailable(60_000), 1, 0)).toBeUndefined();
  });

  it("is none where the server itself has said no, or something else went wrong", () => {
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

  it("gives the answer of the first try that has one, and tells each how many came before", async () => {
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

  it("gives the last error where no try has an answer", async () => {
    const attempt = vi.fn(() => Promise.reject(LOST));
    const answer = withRetries(attempt).catch((error: unknown) => error);
    await vi.runAllTimersAsync();
    expect(await answer).toBe(LOST);
    expect(attempt).toHaveBeenCalledTimes(3);
  });

  it("begins no other try where the first ones took too long", async () => {
    const attempt = vi.fn(async () => {
      await new Promise((resolve) => setTimeout(resolve, 15_000));
      throw LOST;
    });
    const answer = withRetries(attempt).catch((error: unknown) => error);
    await vi.runAllTimersAsync();
    expect(await answer).toBe(LOST);
    expect(attempt).toHaveBeenCalledTimes(1);
  });

  it("stops with the signal", async () => {
    const over = new AbortController();
    const attempt = vi.fn(() => Promise.reject(LOST));
    const answer = withRetries(attempt, { signal: over.signal }).catch((error: unknown) => error);
    await vi.advanceTimersByTimeAsync(1);
    over.abort(new Error("enough"));
    await vi.runAllTimersAsync();
    expect(await answer).toMatchObject({ message: "enough" });
    expect(attempt).toHaveBeenCalledTimes(1);
  });

  it("doesn't wait for a network that the browser knows not to be there", async () => {
    vi.stubGlobal("navigator", { onLine: false });
    const attempt = vi.fn(() => Promise.reject(LOST));
    await expect(withRetries(attempt)).rejects.toBe(LOST);
    expect(attempt).toHaveBeenCalledTimes(1);
    vi.unstubAllGlobals();
  });
});
