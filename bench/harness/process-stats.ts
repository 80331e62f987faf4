/** What Linux tells of a process, read from the texts in /proc (man proc_pid_stat, proc_pid_status). */

/** Linux counts CPU in hundredths of a second there, on every machine (USER_HZ). */
const TICKS_PER_SECOND = 100;

/** Seconds of CPU that all its threads have used, for itself and in the kernel: /proc/<pid>/stat. */
export function cpuSecondsOf(stat: string): number {
  // The name, in brackets, may hold spaces and brackets; what follows it doesn't.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  const [user, system] = [fields[11], fields[12]];
  const ticks = Number(user) + Number(system);
  if (!Number.isFinite(ticks)) throw new Error("/proc/<pid>/stat is not as expected");
  return ticks / TICKS_PER_SECOND;
}

/** Bytes of memory that it holds: VmRSS of /proc/<pid>/status, less what belongs to files. */
export function residentBytesOf(status: string): number {
  const kilobytes = Number(/^RssAnon:\s+(\d+) kB$/m.exec(status)?.[1]);
  if (!Number.isFinite(kilobytes)) throw new Error("/proc/<pid>/status is not as expected");
  return kilobytes * 1024;
}
