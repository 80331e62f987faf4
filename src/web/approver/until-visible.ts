/**
 * Waits until somebody looks at the page, or the signal is aborted. A prerendered page is not looked at,
 * whatever its visibility is (Prerendering Revamped, `document.prerendering`).
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

/** Not every browser prerenders, and TypeScript's DOM doesn't know it yet. */
function isPrerendering(): boolean {
  return "prerendering" in document && document.prerendering === true;
}
