import type { RunningSubject, Subject } from "./subject.ts";
import type { SuiteContext } from "./suite.ts";

/** A running subject. */
export interface Started {
  subject: Subject;
  running: RunningSubject;
}

/** Starts the subjects, each with its own storage, measures them, and stops them. */
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
    // If one can't be started, the error is thrown after all others have started, so that all are stopped.
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

/** The error, with the last output of each server, which may have the reason. */
function complaint(error: unknown, started: readonly Started[]): string {
  const outputs = started.flatMap(({ subject, running }) => {
    const last = running.output().split("\n").slice(-20).join("\n");
    return last === "" ? [] : [`--- ${subject.name} last output:\n${last}`];
  });
  return [error instanceof Error ? error.message : String(error), ...outputs].join("\n");
}

/** One complete login. Every answer is checked. */
export async function logIn(
  running: RunningSubject,
): Promise<{ notified: number; tokens: number }> {
  const login = await running.begin({ polls: false });
  try {
    await login.scan();
    const approved = login.approve();
    const notifiedAt = await login.notified;
    const tokensAt = await login.finish();
    const sentAt = await approved;
    return { notified: notifiedAt - sentAt, tokens: tokensAt - sentAt };
  } catch (error) {
    login.abandon();
    throw error;
  }
}
