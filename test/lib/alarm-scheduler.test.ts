import { env, runInDurableObject } from "cloudflare:test";
import { describe, expect, it } from "vitest";
import { AlarmScheduler, type Outgoing } from "../../src/lib/alarm-scheduler.ts";

const NOW = Date.now();
const [SOON, LATER] = [NOW + 600_000, NOW + 900_000];

interface Setting {
  deadline?: number;
  outgoing?: Outgoing;
}

/** Runs a test with the scheduler of an empty Durable Object. */
function withScheduler(
  { deadline = Infinity, outgoing = queue() }: Setting,
  test: (parts: {
    scheduler: AlarmScheduler;
    storage: DurableObjectStorage;
    purged: () => number;
  }) => Promise<void>,
): Promise<void> {
  const stub = env.USER_CODES.get(env.USER_CODES.newUniqueId());
  return runInDurableObject(stub, async (_object, state) => {
    let purges = 0;
    const scheduler = new AlarmScheduler(state, [queue(), outgoing], {
      nextDeadline: () => deadline,
      purge: async () => void purges++,
    });
    await test({ scheduler, storage: state.storage, purged: () => purges });
  });
}

function queue(nextDue?: number, sendDue: Outgoing["sendDue"] = () => undefined): Outgoing {
  return { nextDue: () => nextDue, sendDue };
}

describe("the alarm scheduler of a Durable Object", () => {
  it("sets the alarm for the earliest of the deadline and the queued messages", async () => {
    await withScheduler(
      { deadline: LATER, outgoing: queue(SOON) },
      async ({ scheduler, storage }) => {
        await scheduler.setAlarm(NOW);
        expect(await storage.getAlarm()).toBe(SOON);
      },
    );
    await withScheduler(
      { deadline: SOON, outgoing: queue(LATER) },
      async ({ scheduler, storage }) => {
        await scheduler.setAlarm(NOW);
        expect(await storage.getAlarm()).toBe(SOON);
      },
    );
  });

  it("purges the object when no deadline and no message is left", () =>
    withScheduler({}, async ({ scheduler, storage, purged }) => {
      await scheduler.setAlarm(NOW);
      expect(purged()).toBe(1);
      expect(await storage.getAlarm()).toBeNull();
    }));

  it("sets the alarm before the receivers have answered, and again afterwards", async () => {
    const answer = Promise.withResolvers<void>();
    let nextDue: number | undefined = SOON;
    const outgoing: Outgoing = { nextDue: () => nextDue, sendDue: () => answer.promise };
    await withScheduler({ deadline: LATER, outgoing }, async ({ scheduler, storage }) => {
      await scheduler.sendDue(NOW);
      expect(await storage.getAlarm()).toBe(SOON);
      nextDue = undefined;
      answer.resolve();
      await expect.poll(() => storage.getAlarm()).toBe(LATER);
    });
  });

  it("keeps an alarm that is earlier than a new deadline, and replaces a later one", () =>
    withScheduler({}, async ({ scheduler, storage }) => {
      await scheduler.schedule(LATER, NOW);
      expect(await storage.getAlarm()).toBe(LATER);
      await scheduler.schedule(SOON, NOW);
      expect(await storage.getAlarm()).toBe(SOON);
      await scheduler.schedule(LATER, NOW);
      expect(await storage.getAlarm()).toBe(SOON);
    }));

  it("sends queued messages at once when a deadline is scheduled", async () => {
    let sent = 0;
    const outgoing = queue(SOON, () => void sent++);
    await withScheduler({ outgoing }, async ({ scheduler, storage }) => {
      await scheduler.schedule(LATER, NOW);
      expect(sent).toBe(1);
      expect(await storage.getAlarm()).toBe(SOON);
    });
  });
});
