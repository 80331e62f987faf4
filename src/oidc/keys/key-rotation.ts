/**
 * When keys come and go, as a function of the keys there are and the time: no clock, no randomness,
 * no I/O. Whoever carries a plan out late is told what is right now, not what was missed.
 *
 *     published ├── OVERLAP ──┤├──── SIGNING_PERIOD ────┤├─ RETENTION ─┤ deleted
 *     signs                    ├────────────────────────┤
 *     its successor                      ├── OVERLAP ──┤├──── SIGNING_PERIOD …
 */

const DAY = 86_400_000;

/** How long a key signs, in milliseconds. */
export const SIGNING_PERIOD = 30 * DAY;

/** How long a key is published before it signs: longer than anybody keeps a copy of the key set. */
export const OVERLAP = DAY;

/** How long a key stays published after its last signature: longer than any token lives. */
export const RETENTION = DAY;

/** How long a token may live, so that its key outlives it: RETENTION, less much for clocks that disagree. */
export const MAX_TOKEN_TTL = 3_600_000;

export interface KeyDates {
  kid: string;
  /** Milliseconds since the epoch, as all instants here. */
  publishedAt: number;
  /** It signs from here until its successor does, however late that comes. */
  signsFrom: number;
}

export interface KeyPlan {
  /** Which key signs; none only while there is none at all. */
  signing: string | undefined;
  /** Every key by which an unexpired token may be signed, and the one that signs next. */
  published: string[];
  /** A key to make now, and from when it will sign. */
  create: { signsFrom: number } | undefined;
  delete: string[];
  /** When the plan will say something else. */
  nextChange: number;
}

export function keyPlan(keys: readonly KeyDates[], now: number): KeyPlan {
  const ordered = keys.toSorted((a, b) => a.signsFrom - b.signsFrom);
  const signing = ordered.findLast((key) => key.signsFrom <= now) ?? ordered[0];
  if (!signing) {
    // The very first key signs at once: nobody can hold a copy of the key set without it.
    const create = { signsFrom: now };
    return { signing: undefined, published: [], create, delete: [], nextChange: now };
  }

  const successor = ordered[ordered.indexOf(signing) + 1];
  const successorDue = signing.signsFrom + SIGNING_PERIOD - OVERLAP;
  // A successor that is made late signs late too: it must have been published for OVERLAP first.
  const create =
    successor === undefined && successorDue <= now
      ? { signsFrom: Math.max(now + OVERLAP, signing.signsFrom + SIGNING_PERIOD) }
      : undefined;

  const retired = ordered.slice(0, ordered.indexOf(signing)).map((key, i) => ({
    kid: key.kid,
    gone: (ordered[i + 1] ?? signing).signsFrom + RETENTION,
  }));
  const deleted = retired.filter((key) => key.gone <= now).map((key) => key.kid);

  return {
    signing: signing.kid,
    published: ordered.map((key) => key.kid).filter((kid) => !deleted.includes(kid)),
    create,
    delete: deleted,
    nextChange: Math.min(
      successor ? successor.signsFrom : successorDue,
      ...retired.map((key) => key.gone).filter((gone) => gone > now),
    ),
  };
}
