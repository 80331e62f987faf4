import type { Storage } from "./workspace.ts";

/**
 * What is measured: a server that runs in a process of its own, and one way of waiting at it for a
 * login. All subjects have this one shape, ours and the others', so that a suite can treat them alike.
 */
export interface Subject {
  /** As the results call it: `websocket`, `poll-5s`, `oidc-provider`, … */
  name: string;
  /** One sentence for the people who read the results. */
  about: string;
  /** Where it keeps what it stores: in memory, unless it says otherwise. */
  storage?: Storage;
  /** Milliseconds from one poll to the next, where its screens poll. */
  pollInterval?: number;
  start: (options: StartOptions) => Promise<RunningSubject>;
}

/** The same, with its storage on a disk. */
export function onDisk(subject: Subject): Subject {
  return {
    ...subject,
    name: `${subject.name}-on-disk`,
    about: `${subject.about} Its storage is on this machine's disk.`,
    storage: "disk",
  };
}

export interface StartOptions {
  /** Where it may keep what it stores: a folder of its own, empty. */
  folder: string;
}

export interface RunningSubject {
  /** Where it listens: `http://127.0.0.1:<port>`, without a slash at the end. */
  origin: string;
  /** Begins a login: a screen that waits for it, known to the server when this resolves. */
  begin: (options?: BeginOptions) => Promise<WaitingLogin>;
  /** Seconds of CPU that its process has used since it started. */
  cpuSeconds: () => number;
  /** Bytes of memory that its process holds now. */
  memory: () => number;
  /** File descriptors that its process holds now. */
  openFiles: () => number;
  /** Its process, for those who want to know more of it. */
  pid: number;
  /** What it has printed so far. */
  output: () => string;
  stop: () => Promise<void>;
}

export interface BeginOptions {
  /**
   * Screens that poll do so at their interval, as they would in life. With `false` they ask once, as
   * soon as the approval was answered: what a login costs without the waiting.
   */
  polls?: boolean;
  /** Another address to reach the server by: of a proxy that counts, say. */
  through?: string;
}

/** One login on its way. Instants are `performance.now()`, milliseconds. Whatever is wrong throws. */
export interface WaitingLogin {
  /** The phone scans, or its owner types: all that comes before the approval itself. */
  scan: () => Promise<void>;
  /**
   * The phone sends the approval, and waits for the answer. Resolves with when it was sent. Checks
   * that it was accepted.
   */
  approve: () => Promise<number>;
  /** When the screen knew. Checked: it was told of an approval, of this very login. */
  told: Promise<number>;
  /** After `told`: gets the tokens, or whatever the login gives, and says when. Checks all of it. */
  finish: () => Promise<number>;
  /** Gives the login up, at whatever point: closes what is open, and leaves the session to its end. */
  abandon: () => void;
}

/** An answer that is not what it must be. It fails the whole run: fast and wrong is worth nothing. */
export class WrongAnswer extends Error {
  override name = "WrongAnswer";
}

/** Fails the run where something does not hold. */
export function check(holds: boolean, what: string): asserts holds {
  if (!holds) throw new WrongAnswer(what);
}
