import type { Snapshot } from "../../../src/protocol/snapshot.ts";
import type { ScreenWatcher } from "../support/screen-watcher.ts";

/** All responses, snapshots and findings of one login, which the invariants check. */
export interface LoginFacts {
  name: string;
  expiresAt: number;
  /** The phones whose scan was accepted. */
  scannedBy: string[];
  /** Accepted decisions and ends. */
  approval?: { by: string; sub: string; at: number };
  denial?: { by: string; at: number };
  cancelledAt?: number;
  redeemedAt?: number;
  /** The login was ended by its client, by its owner, or after a reuse. */
  ended?: { why: string; at: number };
  /** The current response for the screen; "gone" for 404 and 410. */
  snapshot: Snapshot | "gone" | undefined;
  /** All codes that were sent. */
  codes: Set<string>;
  /** Each answer with tokens, in their order. */
  given: GivenTokens[];
  watchers: WatcherFacts[];
  /** Wrong responses that the commands found. */
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
  /** It connected after the end, so it need not receive anything. */
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
