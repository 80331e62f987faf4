/**
 * Calls back when a connection may have been lost, or a retry may succeed: the network is back, the page
 * is visible again, or it was restored from the back/forward cache.
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
