import { MAX_LOGIN_TTL } from "../../config/index.ts";

/**
 * The rotation of the signing keys of one algorithm: a pure function of the existing keys and the
 * time. A late caller gets the plan for now.
 *
 *     published ├── OVERLAP ──┤├──── SIGNING_PERIOD ────┤├─ RETENTION ─┤
 *     signs                    ├────────────────────────┤
 *     verifies hints only                                              ├─ … HINT_RETENTION ─┤ deleted
 *     its successor                      ├── OVERLAP ──┤├──── SIGNING_PERIOD …
 */

const DAY = 86_400_000;

/** How long a key signs, in milliseconds. */
export const SIGNING_PERIOD = 30 * DAY;

/** How long a key is published before it signs: longer than the key set is cached. */
export const OVERLAP = DAY;

/** How long a key stays published after its last signature: longer than any token is valid. */
export const RETENTION = DAY;

/**
 * How long the public part of a key is stored after its last signature: as long as the login of any
 * ID token that it signed may live, whatever LOGIN_TTL was then (RP-Initiated Logout §2).
 */
export const HINT_RETENTION = MAX_LOGIN_TTL;

/** The longest lifetime of a token, well below RETENTION. */
export const MAX_TOKEN_TTL = 3_600_000;

export interface KeyDates {
  kid: string;
  /** Milliseconds since the epoch. */
  publishedAt: number;
  /** It signs from then until its successor does. */
  signsFrom: number;
  /** False once its private part was deleted. */
  isPrivate: boolean;
}

export interface KeyPlan {
  /** The key that signs; undefined only if no key can. */
  signing: string | undefined;
  /** The keys of all unexpired tokens, and the next signing key. */
  published: string[];
  /** Older keys. They only verify the ID tokens that clients send as hints. */
  unpublished: string[];
  /** A key to create now. */
  create: { signsFrom: number } | undefined;
  /** Keys whose private part is to be deleted now. */
  deletePrivatePart: string[];
  delete: string[];
  /** When the plan changes next. */
  nextChange: number;
}

export function keyPlan(keys: readonly KeyDates[], now: number): KeyPlan {
  const ordered = keys.toSorted((a, b) => a.signsFrom - b.signsFrom);
  const able = ordered.filter((key) => key.isPrivate);
  const signing = able.findLast((key) => key.signsFrom <= now) ?? able[0];
  if (!signing) {
    // The first key signs at once: there is no cached key set without it. The older keys are
    // planned when it exists.
    const none = { published: [], unpublished: [], deletePrivatePart: [], delete: [] };
    return { signing: undefined, ...none, create: { signsFrom: now }, nextChange: now };
  }

  const successor = ordered[ordered.indexOf(signing) + 1];
  const successorDue = signing.signsFrom + SIGNING_PERIOD - OVERLAP;
  // A successor that is created late signs late too, since it must be published for OVERLAP first.
  const create =
    successor === undefined && successorDue <= now
      ? { signsFrom: Math.max(now + OVERLAP, signing.signsFrom + SIGNING_PERIOD) }
      : undefined;

  const retired = ordered.slice(0, ordered.indexOf(signing)).map((key, i) => {
    const signedUntil = (ordered[i + 1] ?? signing).signsFrom;
    return {
      ...key,
      unpublishedAt: signedUntil + RETENTION,
      deletedAt: signedUntil + HINT_RETENTION,
    };
  });
  const kidsOf = (some: readonly KeyDates[]) => some.map((key) => key.kid);
  const current = ordered.slice(ordered.indexOf(signing));

  return {
    signing: signing.kid,
    published: kidsOf([...retired.filter((key) => now < key.unpublishedAt), ...current]),
    unpublished: kidsOf(retired.filter((key) => key.unpublishedAt <= now && now < key.deletedAt)),
    create,
    deletePrivatePart: kidsOf(retired.filter((key) => key.isPrivate && now < key.deletedAt)),
    delete: kidsOf(retired.filter((key) => key.deletedAt <= now)),
    nextChange: Math.min(
      successor ? successor.signsFrom : successorDue,
      ...retired
        .flatMap((key) => [key.unpublishedAt, key.deletedAt])
        .filter((instant) => now < instant),
    ),
  };
}
