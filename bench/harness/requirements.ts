/** What the benchmark needs to know of the machine. */
export interface MachineFeatures {
  platform: string;
  /** Whether there is a file system in memory. */
  tmpfs: boolean;
}

/** Why the benchmark can't run here, or undefined. */
export function missingRequirement({ platform, tmpfs }: MachineFeatures): string | undefined {
  if (platform !== "linux") {
    return "The bench reads CPU and memory of its servers from /proc: it runs on Linux.";
  }
  if (!tmpfs) {
    return "There is no tmpfs at /dev/shm. The servers keep their storage there, so that it isn't disks that are compared.";
  }
  return undefined;
}
