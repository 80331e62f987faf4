/**
 * Calls back at once and then every second with the time left, in seconds and as `m:ss`, until the
 * signal is aborted.
 */
export function countDown(
  millisecondsLeft: () => number,
  signal: AbortSignal,
  onTick: (seconds: number, text: string) => void,
): void {
  const tick = () => {
    const seconds = Math.max(0, Math.ceil(millisecondsLeft() / 1000));
    onTick(seconds, `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`);
  };
  const interval = setInterval(tick, 1000);
  signal.addEventListener("abort", () => clearInterval(interval));
  tick();
}
