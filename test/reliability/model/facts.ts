import type { Snapshot } from "../../../src/protocol/snapshot.ts";
import type { ScreenWatcher } from "../support/screen-watcher.ts";

/** What has been answered, told and found of one login so far: all that the invariants look at. */
export interface LoginFacts {
  name: string;
  expiresAt: number;
  /** The phones whose scan was answered as taken. */
  scannedBy: string[];
  /** Decisions and ends that were answered as taken. */
  approval?: { by: string; sub: string; at: number };
  denial?: { by: string; at: number };
  cancelledAt?: number;
  redeemedAt?: number;
  /** The login was ended after it had begun: by its client, its owner, or because something was used twice. */
  ended?: { why: string; at: number };
  /** What the screen is answered now; "gone" where nothing is left (404, 410). */
  snapshot: Snapshot | "gone" | undefined;
  /** Codes that were told, whenever that was. */
  codes: Set<string>;
  /** Each answer with tokens, in their order. */
  given: GivenTokens[];
  watchers: WatcherFacts[];
  /** Answers that were not as they had to be, as the commands found them. */
  wrongAnswers: WrongAnswer[];
}

export interface GivenTokens {
  sid: string;
  sub: string;
  accessToken: string;
  refreshToken: string;
  at: number;
}

export interface WatcherFacts {
  watcher: ScreenWatcher;
  /** It began when the login had ended: then it need not be told anything more. */
  isLate: boolean;
}

export interface WrongAnswer {
  invariant: InvariantName;
  what: string;
}

/** The invariants that only a command can check, since it takes two answers, or one to a certain request. */
export type InvariantName =
  | "a retry is answered like the first request"
  | "an honest client's code gives tokens"
  | "an honest client's refresh goes on"
  | "a request that meets a reset object is answered 503, and can be repeated"
  | "no token outlives its login"
  | "what is used twice by two ends the login"
  | "a code gives nothing without its verifier, client and key"
  | "the account lists the logins that are alive";

/** Milliseconds: how long a code can be redeemed after the approval (CODE_TTL). */
export const CODE_TTL = 60_000;
