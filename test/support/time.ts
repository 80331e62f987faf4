import { runDurableObjectAlarm } from "cloudflare:test";
import { vi } from "vitest";

/** Sets the clock of the Worker; call `restoreClock` after each test. */
export function setClock(instant: number): void {
  vi.useFakeTimers({ toFake: ["Date"], now: instant });
}

export function restoreClock(): void {
  vi.useRealTimers();
}

/** Sets the clock and runs the object's alarm. */
export async function letTimePass(object: DurableObjectStub, instant: number): Promise<void> {
  setClock(instant);
  if (!(await runDurableObjectAlarm(object))) throw new Error("no alarm was armed");
}
