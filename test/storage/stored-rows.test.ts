import { describe, expect, it } from "vitest";
import { BROWSER_SESSION, LOGIN, PHONE_SESSION } from "../../src/accounts/account-rows.ts";
import { SESSION } from "../../src/login-session/durable-object/session-rows.ts";
import { PUSHED_REQUEST } from "../../src/oidc/authorization/pushed-requests.ts";
import { BROWSER_SESSION_ROWS } from "./fixtures/browser-session-rows.ts";
import { LOGIN_ROWS_OF_VERSION_1 } from "./fixtures/version-1-login-rows.ts";
import { PHONE_SESSION_WITH_REPLACED } from "./fixtures/phone-session-with-replaced.ts";
import { ROWS_OF_VERSION_0_1_0 } from "./fixtures/version-0.1.0-rows.ts";
import { FORMATS } from "./formats.ts";

/** Rows as earlier versions stored them, by the version of their format. Rows are added whenever a format gets a version. */
const FIXTURES: readonly Readonly<Record<string, readonly unknown[]>>[] = [
  {
    ...ROWS_OF_VERSION_0_1_0,
    [BROWSER_SESSION.name]: BROWSER_SESSION_ROWS,
    [PHONE_SESSION.name]: [
      ...(ROWS_OF_VERSION_0_1_0[PHONE_SESSION.name] ?? []),
      PHONE_SESSION_WITH_REPLACED,
    ],
  },
  { [LOGIN.name]: LOGIN_ROWS_OF_VERSION_1 },
];

/** Kinds of rows that version 0.1.0 did not have. */
const NEWER_KINDS = new Set(["browser session", "sealing key"]);

/** Members that are not read any more, by the format: each is left out of the row when it is next stored. */
const NO_LONGER_READ: Readonly<Record<string, readonly string[]>> = {
  // Only the codes of reasons are shown in the history.
  event: ["reasons.km", "reasons.phone", "reasons.screen"],
  // Each phone has its own now.
  profile: ["newestAddition"],
  // These are compared by the query.
  "tries of user codes": ["address"],
  "user code": ["code", "expires_at"],
};

const rowsOf = (name: string, version = 0): readonly unknown[] => FIXTURES[version]?.[name] ?? [];

describe("rows of earlier versions", () => {
  it("are in the fixtures for every format and each of its earlier versions", () => {
    const missing = FORMATS.flatMap(({ name, version }) =>
      Array.from({ length: Math.max(version, NEWER_KINDS.has(name) ? 0 : 1) }, (_, i) => i)
        .filter((earlier) => rowsOf(name, earlier).length === 0)
        .map((earlier) => `${name}, version ${earlier}`),
    );
    expect(missing).toEqual([]);
  });

  it("are in the fixtures for no other format", () => {
    const names = new Set(FORMATS.map(({ name }) => name));
    expect(names.size).toBe(FORMATS.length);
    expect(FIXTURES.flatMap((rows) => Object.keys(rows)).filter((n) => !names.has(n))).toEqual([]);
  });

  it.each(FORMATS.map((format) => [format.name, format] as const))(
    "are read and can be stored again: %s",
    (name, format) => {
      for (const row of FIXTURES.flatMap((_, version) => rowsOf(name, version))) {
        const read = format.parse(row);
        expect(format.parse(format.format(read))).toEqual(read);
      }
    },
  );

  it.each(
    FORMATS.filter(({ version }) => version === 0).map((format) => [format.name, format] as const),
  )("lose only what is no longer used, where no migration changes them: %s", (name, format) => {
    const lost = rowsOf(name).flatMap((row) => differences(row, format.parse(row)));
    expect([...new Set(lost)].toSorted()).toEqual(NO_LONGER_READ[name] ?? []);
  });

  it("replaces the stored method hwk of a phone by pop (RFC 8176 §2) [ASVS-6.1.3/4]", () => {
    const before = rowsOf(PHONE_SESSION.name).map((row) => (row as { amr: string[] }).amr);
    expect(before.flat()).toContain("hwk");
    const after = rowsOf(PHONE_SESSION.name).map((row) => PHONE_SESSION.parse(row).amr);
    expect(after).toEqual(before.map((amr) => amr.map((m) => (m === "hwk" ? "pop" : m))));
  });

  it("replace the stored method hwk of a passkey account's approver by pop, and of no other issuer's [ASVS-6.1.3/6]", () => {
    type Approver = { sub: string; amr?: string[] };
    const approverOf = (row: unknown, name: "grant" | "approval") =>
      (row as { [Name in typeof name]?: { account: Approver } })[name]?.account;
    for (const [format, name] of [
      [LOGIN, "grant"],
      [SESSION, "approval"],
    ] as const) {
      const subjects = new Set<boolean>();
      for (const row of FIXTURES.flatMap((_, version) => rowsOf(format.name, version))) {
        const before = approverOf(row, name);
        if (!before?.amr?.includes("hwk")) continue;
        const isOwn = before.sub.startsWith("pk_");
        subjects.add(isOwn);
        const amr = before.amr.map((method) => (isOwn && method === "hwk" ? "pop" : method));
        expect(approverOf(format.parse(row), name)).toEqual({ ...before, amr });
      }
      expect(subjects).toEqual(new Set([true, false]));
    }
  });

  it("keep the hash of every refresh token of a login", () => {
    type Old = { refresh?: { tokenHash: string; usedHashes: string[]; jkt?: string } };
    const families = rowsOf(LOGIN.name).flatMap((row) => {
      const { refresh } = row as Old;
      return refresh ? [{ row, refresh }] : [];
    });
    expect(families.some(({ refresh }) => refresh.usedHashes.length > 0)).toBe(true);
    expect(families.some(({ refresh }) => refresh.jkt !== undefined)).toBe(true);
    for (const { row, refresh } of families) {
      const { tokenHash, usedHashes, jkt } = refresh;
      const key = jkt === undefined ? {} : { jkt };
      expect(LOGIN.parse(row)).toMatchObject({
        refresh: {
          current: { serial: 0, hash: tokenHash },
          legacy: { hashes: [tokenHash, ...usedHashes], ...key },
          ...key,
        },
      });
    }
  });

  it("let a pushed request be opened once, as it was pushed", () => {
    for (const row of rowsOf(PUSHED_REQUEST.name)) {
      expect(PUSHED_REQUEST.parse(row)).toEqual({ sessionTtl: 0, ...(row as object) });
    }
  });
});

/** The paths, without the places in lists, at which a parsed row has not what the stored one had. */
function differences(stored: unknown, parsed: unknown, path = ""): string[] {
  if (Array.isArray(stored) && Array.isArray(parsed)) {
    return stored.flatMap((item, i) => differences(item, parsed[i], path));
  }
  if (isPlainObject(stored) && isPlainObject(parsed)) {
    return Object.entries(stored).flatMap(([name, value]) =>
      differences(value, parsed[name], path === "" ? name : `${path}.${name}`),
    );
  }
  if (stored instanceof Uint8Array && parsed instanceof Uint8Array) {
    return stored.toHex() === parsed.toHex() ? [] : [path];
  }
  return stored === parsed ? [] : [path];
}

function isPlainObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !(value instanceof Uint8Array);
}
