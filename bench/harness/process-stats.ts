/** Statistics of a process, parsed from /proc (man proc_pid_stat, proc_pid_status). */

/** Linux counts CPU time there in hundredths of a second, on every machine (USER_HZ). */
const TICKS_PER_SECOND = 100;

/** CPU seconds of all its threads, in user and kernel mode: /proc/<pid>/stat. */
export function cpuSecondsOf(stat: string): number {
  // The name, in brackets, may contain spaces and brackets; the following fields don't.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  const [user, system] = [fields[11], fields[12]];
  const ticks = Number(user) + Number(system);
  if (!Number.isFinite(ticks)) throw new Error("/proc/<pid>/stat is not as expected");
  return ticks / TICKS_PER_SECOND;
}

/** Resident memory in bytes, without memory-mapped files: /proc/<pid>/status. */
export function residentBytesOf(status: string): number {
  const kilobytes = Number(/^RssAnon:\s+(\d+) kB$/m.exec(status)?.[1]);
  if (!Number.isFinite(kilobytes)) throw new Error("/proc/<pid>/status is not as expected");
  return kilobytes * 1024;
}
