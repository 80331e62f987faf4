/** The number of screens that can wait with a given limit of open files. */

/** Open files for one sleeping object, including the screen's connection. */
const ASLEEP = 2.2;

/** Open files of the objects that are not asleep yet, whatever the number: screens come faster than objects fall asleep. */
const AWAKE = 10_000;

/** From /proc/<pid>/limits (man proc_pid_limits). */
export function openFileLimit(limits: string): number {
  const [, soft] = /^Max open files\s+(\d+|unlimited)\s/m.exec(limits) ?? [];
  if (soft === undefined) throw new Error("/proc/<pid>/limits is not as expected");
  return soft === "unlimited" ? Infinity : Number(soft);
}

/** Rounded down to hundreds. */
export function maxWaitingScreens(files: number): number {
  if (files === Infinity) return Infinity;
  return Math.max(0, Math.floor((files - AWAKE) / ASLEEP / 100) * 100);
}
