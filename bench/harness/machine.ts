import { cpus, release, totalmem, type } from "node:os";

/** The machine of the measurement. */
export interface Machine {
  cores: number;
  cpu: string;
  memoryGB: number;
  system: string;
  node: string;
  workerd: string;
}

export function describeMachine(workerd: string): Machine {
  const processors = cpus();
  return {
    cores: processors.length,
    cpu: processors[0]?.model.trim() ?? "unknown",
    memoryGB: Math.round(totalmem() / 2 ** 30),
    system: `${type()} ${release()}`,
    node: process.version,
    workerd,
  };
}
