import type { Told } from "./screens/watch.ts";
import type { Decision, Transport } from "./plan.ts";

/** The observations of one login. */
export interface LoginReport {
  index: number;
  transport: Transport;
  decision: Decision;
  sessionId?: string;
  /** Whether the decision was accepted, by the phone's or the screen's response. */
  acknowledged: boolean;
  /** The snapshots of the screen or its client, in order. */
  told: Told[];
  /** Whether the session was deleted (410). */
  gone: boolean;
  /** Each answer of tokens: to the code first, then to the refresh tokens. */
  tokens: { sub: string; sid: string }[];
  /** Whether all that was planned was done: decided, redeemed, refreshed. */
  finished: boolean;
  /** Whose phone it was. */
  sub: string;
  /** The reason why it stopped. */
  failure?: string;
}

/** The logins that an account lists when the run is over. */
export interface AccountReport {
  sub: string;
  sids: string[];
}

export interface Verdict {
  index: number;
  outcome: "completed" | "lost";
  doubled: boolean;
  toldOtherwise: boolean;
  /** A sentence per defect. */
  reasons: string[];
}

/** The required last state. A redeemed login need not report it: the screen knows. */
const LAST_WORDS: Record<Decision, readonly string[]> = {
  approve: ["approved", "redeemed"],
  deny: ["denied"],
  cancel: ["cancelled"],
  expire: ["expired"],
};

/**
 * Judges a login by what was seen of it. Lost: somebody did all that a careful person does, and it did
 * not become what was decided. Doubled: one decision became two logins. Told otherwise: the screen heard
 * something else than what the phone or the screen was told of its own decision.
 */
export function judge(login: LoginReport, accounts: readonly AccountReport[]): Verdict {
  const { index, decision, sessionId, told, tokens } = login;
  const lost: string[] = [];
  const doubled: string[] = [];
  const otherwise: string[] = [];

  if (!login.finished) lost.push(login.failure ?? "It was not finished.");
  const listed = accounts.flatMap(({ sub, sids }) =>
    sids.filter((sid) => sid === sessionId).map(() => sub),
  );
  if (decision === "approve") {
    if (login.finished && listed.length === 0) lost.push("No account lists the login.");
    if (listed.length > 1) doubled.push("The login is listed more than once.");
    if (new Set(tokens.map(({ sid }) => sid)).size > 1) doubled.push("Its tokens name two logins.");
    if (listed.some((sub) => sub !== login.sub) || tokens.some(({ sub }) => sub !== login.sub)) {
      otherwise.push("It became a login of another account than the one that approved.");
    }
  } else if (listed.length > 0 || tokens.length > 0) {
    otherwise.push(`It became a login, although it was to ${decision}.`);
  }

  const last = lastWord(login);
  if (login.acknowledged && (last === undefined || !LAST_WORDS[decision].includes(last))) {
    otherwise.push(`The last word was "${last ?? "nothing"}", although it was to ${decision}.`);
  }
  if (told.some(({ version }, i) => version < (told[i - 1]?.version ?? 0))) {
    otherwise.push("An older snapshot came after a newer one.");
  }
  return {
    index,
    outcome: lost.length === 0 ? "completed" : "lost",
    doubled: doubled.length > 0,
    toldOtherwise: otherwise.length > 0,
    reasons: [...lost, ...doubled, ...otherwise],
  };
}

/** A session that is gone has expired, as far as its screen can know, unless it has its tokens already. */
function lastWord({ told, gone, tokens }: LoginReport): string | undefined {
  return gone && tokens.length === 0 ? "expired" : told.at(-1)?.status;
}
