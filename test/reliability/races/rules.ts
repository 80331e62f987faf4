import type { Snapshot } from "../../../src/protocol/snapshot.ts";

/** The observations of one race. */
export interface RaceOutcome {
  /** The answers, in the order in which they came. */
  answers: Answer[];
  /** The snapshots of each watcher. */
  watchers: { transport: string; told: Pick<Snapshot, "status" | "version">[]; gone: boolean }[];
  /** Whether the approver's account lists the login. */
  listed: boolean;
  /** The approver. */
  sub: string;
}

export type Action = "scan" | "approve" | "deny" | "cancel" | "redeem" | "wrong redeem" | "expiry";

export interface Answer {
  action: Action;
  status: number;
  /** Which phone, or which client, where there are several. */
  by: string;
  /** The login and the refresh token, where tokens were given. */
  tokens?: { sid: string; sub: string; refreshToken: string };
}

/** A rule by its name. Returns the violation, or undefined. */
export type Rule = (outcome: RaceOutcome) => string | undefined;

const taken = ({ answers }: RaceOutcome, action: Action) =>
  answers.filter((answer) => answer.action === action && answer.status < 300);

const lastOf = (told: RaceOutcome["watchers"][number]["told"]) => told.at(-1)?.status ?? "nothing";

/** After a redemption and deletion, the screen has the tokens and needs no snapshot. */
function endsOf(outcome: RaceOutcome): Set<string> {
  const redeemed = taken(outcome, "redeem").length > 0;
  return new Set(
    outcome.watchers.map(({ told, gone }) => {
      const last = lastOf(told);
      const isEnd = ["redeemed", "denied", "cancelled", "expired"].includes(last);
      if (isEnd || !gone) return last;
      return redeemed ? "redeemed" : "expired";
    }),
  );
}

export const RULES: Readonly<Record<string, Rule>> = {
  "no request is answered by a server error"({ answers }) {
    const error = answers.find(({ status }) => status >= 500);
    return error && `${error.action} was answered ${error.status}`;
  },

  "every watcher of every transport is told the same end"(outcome) {
    const ends = endsOf(outcome);
    if (ends.size === 1 && !ends.has("scanned") && !ends.has("approved")) return undefined;
    return outcome.watchers
      .map(({ transport, told, gone }) => `${transport}: ${lastOf(told)}${gone ? ", gone" : ""}`)
      .join("; ");
  },

  "versions only grow"({ watchers }) {
    const wrong = watchers.find(({ told }) =>
      told.some(({ version }, i) => version <= (told[i - 1]?.version ?? 0)),
    );
    return wrong && `${wrong.transport}: ${wrong.told.map(({ version }) => version).join(", ")}`;
  },

  "one end wins"(outcome) {
    const winners = (["deny", "cancel", "redeem"] as const).filter(
      (action) => taken(outcome, action).length > 0,
    );
    return winners.length > 1 ? `${winners.join(" and ")} were taken` : undefined;
  },

  "the end that is told is the one that was answered"(outcome) {
    const [end] = endsOf(outcome);
    const taker = { denied: "deny", cancelled: "cancel", redeemed: "redeem" } as const;
    for (const [told, action] of Object.entries(taker)) {
      const wasTaken = taken(outcome, action).length > 0;
      if (wasTaken !== (end === told)) {
        return `${action} was ${wasTaken ? "" : "not "}taken, and the end was ${end}`;
      }
    }
    return undefined;
  },

  "what is approved is not denied"(outcome) {
    const both = taken(outcome, "approve").length > 0 && taken(outcome, "deny").length > 0;
    return both ? "both were answered as taken" : undefined;
  },

  "one phone scans"(outcome) {
    const phones = new Set(taken(outcome, "scan").map(({ by }) => by));
    return phones.size > 1 ? `${[...phones].join(" and ")} hold the session` : undefined;
  },

  "one code gives one login, and a retry the same tokens"(outcome) {
    const given = taken(outcome, "redeem").map(({ tokens }) => tokens);
    const logins = new Set(given.map((tokens) => `${tokens?.sid} ${tokens?.refreshToken}`));
    return logins.size > 1 ? `${logins.size} different ones were given` : undefined;
  },

  "tokens are the approver's"(outcome) {
    const other = taken(outcome, "redeem").find(({ tokens }) => tokens?.sub !== outcome.sub);
    return other && `they are ${other.tokens?.sub}'s`;
  },

  "a code gives nothing without its verifier"(outcome) {
    return taken(outcome, "wrong redeem").length > 0 ? "tokens were given" : undefined;
  },

  "the account lists the login exactly if it was redeemed"(outcome) {
    const redeemed = taken(outcome, "redeem").length > 0;
    if (redeemed === outcome.listed) return undefined;
    return redeemed ? "it doesn't list it" : "it lists it";
  },
};

/** The violated rules with their violations. */
export function brokenRules(outcome: RaceOutcome): string[] {
  return Object.entries(RULES).flatMap(([name, rule]) => {
    const broken = rule(outcome);
    return broken === undefined ? [] : [`${name}: ${broken}`];
  });
}
