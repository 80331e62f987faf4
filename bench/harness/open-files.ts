/** How many screens may wait where a process may open so many files. */

/** Files that a sleeping object has open, with the screen's connection and what else is by the way. */
const ASLEEP = 2.2;

/** Files of those that have not fallen asleep yet, however many wait: they come faster than they sleep. */
const AWAKE = 10_000;

/** From /proc/<pid>/limits (man proc_pid_limits). */
export function openFileLimit(limits: string): number {
  const [, soft] = /^Max open files\s+(\d+|unlimited)\s/m.exec(limits) ?? [];
  if (soft === undefined) throw new Error("/proc/<pid>/limits is not as expected");
  return soft === "unlimited" ? Infinity : Number(soft);
}

/** Rounded down to hundreds. */
export function crowdThatFits(files: number): number {
  if (files === Infinity) return Infinity;
  return Math.max(0, Math.floor((files - AWAKE) / ASLEEP / 100) * 100);
}
