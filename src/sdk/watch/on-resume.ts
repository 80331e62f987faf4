/**
 * Calls back when something happened that connections don't survive, or that makes a try worthwhile:
 * the network came back, the page was brought back from the cache, or is looked at again.
 */
export function onResume(
  listener: (event: "online" | "visible") => void,
  signal: AbortSignal,
): void {
  if (typeof document === "undefined") return;
  const visible = () => {
    if (document.visibilityState === "visible") listener("visible");
  };
  addEventListener("online", () => listener("online"), { signal });
  addEventListener("pageshow", visible, { signal });
  document.addEventListener("visibilitychange", visible, { signal });
}
