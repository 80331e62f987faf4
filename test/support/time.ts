import { runDurableObjectAlarm } from "cloudflare:test";
import { vi } from "vitest";

/** Sets the clock of the whole Worker; `restoreClock` after each test gives the real one back. */
export function setClock(instant: number): void {
  vi.useFakeTimers({ toFake: ["Date"], now: instant });
}

export function restoreClock(): void {
  vi.useRealTimers();
}

/** Lets the clock be at `instant`, and the object's alarm come. */
export async function letTimePass(object: DurableObjectStub, instant: number): Promise<void> {
  setClock(instant);
  if (!(await runDurableObjectAlarm(object))) throw new Error("no alarm was armed");
}
