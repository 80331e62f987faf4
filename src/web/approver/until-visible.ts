/**
 * Resolves when the page is visible, or the signal is aborted. A prerendered page is not visible to
 * the user, whatever its `visibilityState` is.
 */
export async function untilVisible(signal?: AbortSignal): Promise<void> {
  const over = new AbortController();
  const listening = { signal: over.signal };
  await new Promise<void>((resolve) => {
    const check = () => {
      const isSeen = document.visibilityState === "visible" && !isPrerendering();
      if (isSeen || signal?.aborted) resolve();
    };
    document.addEventListener("visibilitychange", check, listening);
    document.addEventListener("prerenderingchange", check, listening);
    addEventListener("pageshow", check, listening);
    signal?.addEventListener("abort", check, listening);
    check();
  });
  over.abort();
}

/** Not supported by every browser, and missing in TypeScript's DOM types. */
function isPrerendering(): boolean {
  return "prerendering" in document && document.prerendering === true;
}
