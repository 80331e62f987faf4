import type { Storage } from "./workspace.ts";

/**
 * A system under test: a server in its own process, and one transport by which a screen waits for a
 * login. All subjects have this interface, ours and the baselines, so a suite can treat them alike.
 */
export interface Subject {
  /** Its name in the results: `websocket`, `poll-5s`, `oidc-provider`, … */
  name: string;
  /** One sentence for readers of the results. */
  about: string;
  /** Where it stores data; the default is memory. */
  storage?: Storage;
  /** Milliseconds between polls, if its screens poll. */
  pollInterval?: number;
  start: (options: StartOptions) => Promise<RunningSubject>;
}

/** The same subject with its storage on a disk. */
export function onDisk(subject: Subject): Subject {
  return {
    ...subject,
    name: `${subject.name}-on-disk`,
    about: `${subject.about} Its storage is on this machine's disk.`,
    storage: "disk",
  };
}

export interface StartOptions {
  /** An empty folder for its data. */
  folder: string;
}

export interface RunningSubject {
  /** Its address: `http://127.0.0.1:<port>`, without a trailing slash. */
  origin: string;
  /** Starts a login. The server knows of the waiting screen when this resolves. */
  begin: (options?: BeginOptions) => Promise<WaitingLogin>;
  /** CPU seconds of its process since the start. */
  cpuSeconds: () => number;
  /** Current memory of its process, in bytes. */
  memory: () => number;
  /** Current number of open file descriptors of its process. */
  openFiles: () => number;
  /** Its process id. */
  pid: number;
  /** Its output so far. */
  output: () => string;
  stop: () => Promise<void>;
}

export interface BeginOptions {
  /**
   * Screens that poll do so at their interval. With `false` they ask once, as soon as the approval was
   * answered: the cost of a login without the waiting.
   */
  polls?: boolean;
  /** Another address of the server, for example of a counting proxy. */
  through?: string;
}

/** One running login. Times are `performance.now()`, in milliseconds. Every wrong answer throws. */
export interface WaitingLogin {
  /** The phone scans, or the user code is typed: everything before the approval. */
  scan: () => Promise<void>;
  /**
   * The phone sends the approval and waits for the answer. Resolves with the time of sending. Checks that
   * the approval was accepted.
   */
  approve: () => Promise<number>;
  /** Resolves with the time when the screen knew of the approval. Checks that it is the approval of this login. */
  notified: Promise<number>;
  /** After `notified`: gets the tokens or the other result of the login, checks it, and resolves with the time. */
  finish: () => Promise<number>;
  /** Abandons the login in any state: closes its connections; the session then expires. */
  abandon: () => void;
}

/** A wrong answer. It fails the whole run, because the speed of wrong answers is worthless. */
export class WrongAnswer extends Error {
  override name = "WrongAnswer";
}

/** Fails the run if a condition is false. */
export function check(holds: boolean, what: string): asserts holds {
  if (!holds) throw new WrongAnswer(what);
}
