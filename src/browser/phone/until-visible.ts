/** Waits until somebody looks at the page, or the signal is aborted. */
export function untilVisible(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const check = () => {
      if (document.visibilityState === "visible" || signal.aborted) resolve();
    };
    document.addEventListener("visibilitychange", check, { signal });
    addEventListener("pageshow", check, { signal });
    signal.addEventListener("abort", check);
    check();
  });
}
