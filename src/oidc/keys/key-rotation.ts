/**
 * The rotation of the signing keys: a pure function of the existing keys and the time. A late
 * caller gets the plan for now.
 *
 *     published ├── OVERLAP ──┤├──── SIGNING_PERIOD ────┤├─ RETENTION ─┤ deleted
 *     signs                    ├────────────────────────┤
 *     its successor                      ├── OVERLAP ──┤├──── SIGNING_PERIOD …
 */

const DAY = 86_400_000;

/** How long a key signs, in milliseconds. */
export const SIGNING_PERIOD = 30 * DAY;

/** How long a key is published before it signs: longer than the key set is cached. */
export const OVERLAP = DAY;

/** How long a key stays published after its last signature: longer than any token is valid. */
export const RETENTION = DAY;

/** The longest lifetime of a token, well below RETENTION. */
export const MAX_TOKEN_TTL = 3_600_000;

export interface KeyDates {
  kid: string;
  /** Milliseconds since the epoch. */
  publishedAt: number;
  /** It signs from then until its successor does. */
  signsFrom: number;
}

export interface KeyPlan {
  /** The key that signs; undefined only if there are no keys. */
  signing: string | undefined;
  /** The keys of all unexpired tokens, and the next signing key. */
  published: string[];
  /** A key to create now. */
  create: { signsFrom: number } | undefined;
  delete: string[];
  /** When the plan changes next. */
  nextChange: number;
}

export function keyPlan(keys: readonly KeyDates[], now: number): KeyPlan {
  const ordered = keys.toSorted((a, b) => a.signsFrom - b.signsFrom);
  const signing = ordered.findLast((key) => key.signsFrom <= now) ?? ordered[0];
  if (!signing) {
    // The first key signs at once: there is no cached key set without it.
    const create = { signsFrom: now };
    return { signing: undefined, published: [], create, delete: [], nextChange: now };
  }

  const successor = ordered[ordered.indexOf(signing) + 1];
  const successorDue = signing.signsFrom + SIGNING_PERIOD - OVERLAP;
  // A successor that is created late signs late too, since it must be published for OVERLAP first.
  const create =
    successor === undefined && successorDue <= now
      ? { signsFrom: Math.max(now + OVERLAP, signing.signsFrom + SIGNING_PERIOD) }
      : undefined;

  const retired = ordered.slice(0, ordered.indexOf(signing)).map((key, i) => ({
    kid: key.kid,
    deletedAt: (ordered[i + 1] ?? signing).signsFrom + RETENTION,
  }));
  const deleted = retired.filter((key) => key.deletedAt <= now).map((key) => key.kid);

  return {
    signing: signing.kid,
    published: ordered.map((key) => key.kid).filter((kid) => !deleted.includes(kid)),
    create,
    delete: deleted,
    nextChange: Math.min(
      successor ? successor.signsFrom : successorDue,
      ...retired.map((key) => key.deletedAt).filter((deletedAt) => deletedAt > now),
    ),
  };
}
