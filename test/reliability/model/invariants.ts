import { isTerminal, type Snapshot } from "../../../src/protocol/snapshot.ts";
import { CODE_TTL, type LoginFacts } from "./facts.ts";

/** An invariant of a login. Returns the violation, or undefined. */
export type Invariant = (login: LoginFacts, now: number) => string | undefined;

/** Whether the login is approved according to its phone and not yet redeemed. */
function waitsForRedeeming(
  { approval, cancelledAt, redeemedAt }: LoginFacts,
  now: number,
): boolean {
  return (
    approval !== undefined &&
    cancelledAt === undefined &&
    redeemedAt === undefined &&
    now < approval.at + CODE_TTL
  );
}

const statusOf = ({ snapshot }: LoginFacts) =>
  snapshot === "gone" ? "gone" : (snapshot?.status ?? "unknown");

export const INVARIANTS: Readonly<Record<string, Invariant>> = {
  "an acknowledged approval is never lost"(login, now) {
    if (!waitsForRedeeming(login, now)) return undefined;
    const { snapshot } = login;
    if (snapshot === "gone" || snapshot?.status !== "approved") {
      return `the phone was answered "approved", and the screen is told "${statusOf(login)}"`;
    }
    return snapshot.code === undefined ? "the screen is told no code" : undefined;
  },

  "the screen is told what was decided"(login, now) {
    const status = statusOf(login);
    const { denial, cancelledAt, redeemedAt, approval } = login;
    // An end is remembered until the session would have expired; a redeemed one, by its account.
    if (denial && now < login.expiresAt && status !== "denied") {
      return `it was denied, and the screen is told "${status}"`;
    }
    if (cancelledAt !== undefined && now < login.expiresAt && status !== "cancelled") {
      return `it was cancelled, and the screen is told "${status}"`;
    }
    if (redeemedAt !== undefined && !["redeemed", "gone"].includes(status)) {
      return `it was redeemed, and the screen is told "${status}"`;
    }
    const deadline = approval ? approval.at + CODE_TTL : login.expiresAt;
    const isDecided = denial !== undefined || cancelledAt !== undefined || redeemedAt !== undefined;
    if (!isDecided && now >= deadline && !["expired", "gone"].includes(status)) {
      return `its time is over, and the screen is told "${status}"`;
    }
    return undefined;
  },

  "no code is told before the approval"({ snapshot, approval, codes }) {
    const told = snapshot !== "gone" && snapshot?.code !== undefined;
    return (told || codes.size > 0) && !approval ? "a code is told" : undefined;
  },

  "a login has one code"({ codes }) {
    return codes.size > 1 ? `${codes.size} codes were told` : undefined;
  },

  "one phone holds a session, and only that one decides"({ scannedBy, approval, denial }) {
    const phones = new Set(scannedBy);
    if (phones.size > 1) return `${[...phones].join(" and ")} hold it`;
    const decider = approval?.by ?? denial?.by;
    return decider === undefined || phones.has(decider) ? undefined : `${decider} decided`;
  },

  "a session is decided once"({ approval, denial, cancelledAt, redeemedAt }) {
    if (approval && denial) return "it was approved and denied";
    if (redeemedAt !== undefined && cancelledAt !== undefined)
      return "it was redeemed and cancelled";
    return undefined;
  },

  "a denied, cancelled or expired session never gives tokens"({
    given,
    denial,
    cancelledAt,
    approval,
  }) {
    if (given.length === 0) return undefined;
    if (denial) return "it was denied, and gave tokens";
    if (cancelledAt !== undefined) return "it was cancelled, and gave tokens";
    const first = Math.min(...given.map(({ at }) => at));
    if (!approval) return "nobody approved, and it gave tokens";
    return first >= approval.at + CODE_TTL ? "its code had expired, and gave tokens" : undefined;
  },

  "one code gives one login"({ given }) {
    const logins = new Set(given.map(({ sid }) => sid));
    return logins.size > 1 ? `${logins.size} logins` : undefined;
  },

  "the tokens are the approver's"({ given, approval }) {
    const other = given.find(({ sub }) => sub !== approval?.sub);
    return other && `they are of ${other.sub}`;
  },

  "snapshot versions only grow"({ watchers }) {
    const wrong = watchers
      .map(({ watcher }) => watcher)
      .find(({ told }) =>
        told.some(({ version }, i) => {
          const before = told[i - 1];
          if (!before) return false;
          // A reconnected watcher gets the current snapshot, which it may know already.
          return version < before.version || (version === before.version && !isSame(told, i));
        }),
      );
    return wrong && `${wrong.transport}: ${wrong.told.map(({ version }) => version).join(", ")}`;
  },

  "nothing is told after an end"({ watchers }) {
    const wrong = watchers
      .map(({ watcher }) => watcher)
      .find(({ told }) => told.slice(0, -1).some(isTerminal));
    return wrong && `${wrong.transport}: ${wrong.told.map(({ status }) => status).join(", ")}`;
  },

  "no watcher is refused"({ watchers }) {
    const wrong = watchers
      .map(({ watcher }) => watcher)
      .find(({ refused }) => refused !== undefined);
    return wrong && `${wrong.transport}: ${wrong.refused}`;
  },
};

/** Checked at the end, after all expiries. */
export const AT_THE_END: Readonly<Record<string, Invariant>> = {
  "an end always arrives, and the right one"(login) {
    const { denial, cancelledAt, redeemedAt } = login;
    const decided = denial ? "denied" : cancelledAt !== undefined ? "cancelled" : undefined;
    const end = decided ?? (redeemedAt === undefined ? "expired" : "redeemed");
    const wrong = login.watchers.find(({ watcher: { told, gone, isOver }, isLate }) => {
      if (isLate && told.length === 0) return !isOver;
      const last = told.at(-1)?.status;
      return !isOver || (last !== end && !(gone && (end === "expired" || end === "redeemed")));
    })?.watcher;
    if (!wrong) return undefined;
    const last = wrong.told.at(-1)?.status ?? "nothing";
    return `${wrong.transport} was last told "${last}"${wrong.gone ? ", then nothing was left" : ""}; the end was "${end}"`;
  },
};

/** The names of the violated invariants. */
export function broken(
  invariants: Readonly<Record<string, Invariant>>,
  login: LoginFacts,
  now: number,
): string[] {
  const found = Object.entries(invariants).flatMap(([name, invariant]) => {
    const what = invariant(login, now);
    return what === undefined ? [] : [`${login.name}: ${name}: ${what}`];
  });
  const answers = login.wrongAnswers.map(
    ({ invariant, what }) => `${login.name}: ${invariant}: ${what}`,
  );
  return [...found, ...answers];
}

function isSame(told: readonly Snapshot[], i: number): boolean {
  return JSON.stringify(told[i]) === JSON.stringify(told[i - 1]);
}
