import type { RunningSubject, Subject } from "./subject.ts";
import type { SuiteContext } from "./suite.ts";

/** A subject that runs, with what it is. */
export interface Started {
  subject: Subject;
  running: RunningSubject;
}

/** Starts the subjects, each with storage of its own, lets them be measured, and stops them again. */
export async function withSubjects<Result>(
  subjects: readonly Subject[],
  context: SuiteContext,
  measure: (started: readonly Started[]) => Promise<Result>,
): Promise<Result> {
  const started: Started[] = [];
  try {
    const all = subjects.map(async (subject) => {
      const running = await subject.start({ folder: context.folder(subject.storage) });
      const one = { subject, running };
      started.push(one);
      return one;
    });
    // One that can't be started is told when the others are there, so that all of them are stopped.
    const settled = await Promise.allSettled(all);
    const refused = settled.find((one) => one.status === "rejected");
    if (refused) throw refused.reason;
    return await measure(await Promise.all(all));
  } catch (error) {
    throw new Error(complaint(error, started), { cause: error });
  } finally {
    await Promise.all(started.map(({ running }) => running.stop()));
  }
}

/** What went wrong, with the last that each server has said: it may know why. */
function complaint(error: unknown, started: readonly Started[]): string {
  const said = started.flatMap(({ subject, running }) => {
    const last = running.output().split("\n").slice(-20).join("\n");
    return last === "" ? [] : [`--- ${subject.name} said last:\n${last}`];
  });
  return [error instanceof Error ? error.message : String(error), ...said].join("\n");
}

/** One whole login, with every answer checked. */
export async function logIn(running: RunningSubject): Promise<{ told: number; tokens: number }> {
  const login = await running.begin({ polls: false });
  try {
    await login.scan();
    const approved = login.approve();
    const toldAt = await login.told;
    const tokensAt = await login.finish();
    const sentAt = await approved;
    return { told: toldAt - sentAt, tokens: tokensAt - sentAt };
  } catch (error) {
    login.abandon();
    throw error;
  }
}
