import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, describe, expect, it } from "vitest";
import { accountStub } from "../../../src/accounts/account-stub.ts";
import type { AuditEvent } from "../../../src/accounts/audit-log/audit-event.ts";
import {
  shouldRecord,
  buildHistory,
  linesToDrop,
  MAX_LINES,
  MAX_LINES_OF_ROOT,
  MAX_OWN,
  MAX_EXTERNAL_PER_HOUR,
  type StoredEvent,
} from "../../../src/accounts/audit-log/audit-log-policy.ts";
import type { LoginRecord } from "../../../src/accounts/logins/login-record.ts";
import { restoreClock, setClock } from "../../support/time.ts";

afterEach(restoreClock);

const NOW = 1_000_000_000_000;
const HOUR = 3600 * 1000;
const ATTACK: AuditEvent = { type: "attack", what: "code_reused" };
const GUESSED: AuditEvent = { type: "attack", what: "recovery_code_guessed" };
const MADE: AuditEvent = { type: "recovery_code_made" };

const kept = (event: AuditEvent, count: number, at = NOW): StoredEvent[] =>
  Array.from({ length: count }, () => ({ ...event, at, forgetAt: at + HOUR }));

describe("an event", () => {
  it.each([
    ["caused by others", ATTACK, kept(ATTACK, MAX_EXTERNAL_PER_HOUR - 1), true],
    ["caused by others too often", ATTACK, kept(ATTACK, MAX_EXTERNAL_PER_HOUR), false],
    [
      "of another type than what others have caused",
      MADE,
      kept(ATTACK, MAX_EXTERNAL_PER_HOUR),
      true,
    ],
    ["of an attack among many of another type", GUESSED, kept(ATTACK, MAX_EXTERNAL_PER_HOUR), true],
    ["caused by others an hour ago", ATTACK, kept(ATTACK, MAX_EXTERNAL_PER_HOUR, NOW - HOUR), true],
    ["caused by the owner", MADE, kept(MADE, MAX_OWN - 1), true],
    ["caused by the owner more often than a person could", MADE, kept(MADE, MAX_OWN), false],
  ])("decides whether an event is recorded: %s", (_, event, events, worth) => {
    expect(shouldRecord(event, events, NOW)).toBe(worth);
  });

  it("drops an event of the same type when the limit is reached", async () => {
    const account = accountStub(env, "full");
    const now = Date.now();
    await runInDurableObject(account, (_, { storage }) => {
      const created: StoredEvent = { type: "account_created", at: 0, forgetAt: now + HOUR };
      storage.kv.put("event:000000000000000-x", created);
      for (let i = 1; i <= MAX_LINES; i++) {
        const event: StoredEvent = { ...MADE, at: i, forgetAt: now + HOUR, browser: `${i}` };
        storage.kv.put(`event:${String(i).padStart(15, "0")}-x`, event);
      }
    });
    await account.appendAuditEvent(MADE);
    const lines = await account.history();
    expect(lines).toHaveLength(MAX_LINES + 1);
    expect(lines[0]).toEqual({ ...MADE, at: expect.any(Number) });
    expect(lines.slice(-2)).toMatchObject([{ browser: "2" }, { type: "account_created" }]);
  });

  it("keeps the first and the newest events of an attack", () => {
    const known = kept(ATTACK, MAX_LINES).map((event, i) => ({ ...event, browser: `${i}` }));
    expect(linesToDrop(ATTACK, known)).toEqual([known[MAX_LINES / 2]]);
    expect(linesToDrop(GUESSED, known)).toEqual([]);
    expect(linesToDrop(ATTACK, known.slice(1))).toEqual([]);
  });

  it("always records an event of an unconfirmed phone, and drops only events of its root", () => {
    const own = kept({ ...MADE }, MAX_LINES);
    const ofRoot = kept(MADE, MAX_LINES_OF_ROOT).map((event) => ({ ...event, root: "r" }));
    const noted = { ...MADE, root: "r" };
    expect(linesToDrop(noted, [...own, ...ofRoot])).toEqual([ofRoot[MAX_LINES_OF_ROOT / 2]]);
    expect(linesToDrop({ ...MADE, root: "s" }, [...own, ...ofRoot])).toEqual([]);
    expect(linesToDrop(MADE, [...ofRoot, ...own])).toEqual([own[0]]);
    const many = kept(MADE, MAX_OWN).map((event) => ({ ...event, root: "r" }));
    expect(shouldRecord(noted, many, NOW)).toBe(true);
    expect(shouldRecord(MADE, many, NOW)).toBe(true);
  });

  it("does not count events of an unconfirmed phone among those of others", () => {
    const noise = kept(ATTACK, MAX_EXTERNAL_PER_HOUR).map((event) => ({ ...event, root: "r" }));
    expect(shouldRecord({ ...ATTACK, root: "r" }, noise, NOW)).toBe(false);
    expect(shouldRecord(ATTACK, noise, NOW)).toBe(true);
  });

  it("lists an event until its retention is over", async () => {
    const account = accountStub(env, "told");
    const now = Date.now();
    setClock(now);
    await account.appendAuditEvent(ATTACK);
    const [line] = await account.history();
    expect(line).toEqual({ ...ATTACK, at: now });
    setClock(now + 90 * 24 * HOUR);
    expect(await account.history()).toEqual([]);
  });
});

describe("a login's record", () => {
  const grant = {
    sessionId: "s",
    clientId: "shop",
    scope: "openid",
    account: { sub: "ada", email: "ada@example.com" },
    approvedAt: NOW,
    screen: { browser: "Firefox 140", city: "Graz", ip: "192.0.2.1" },
  };
  const about = { clientId: "shop", sid: "s", browser: "Firefox 140", city: "Graz" };
  const ended = { status: "ended", grant, endedAt: NOW + 2, forgetAt: NOW + 9 } as const;

  it.each<[string, LoginRecord, object[]]>([
    [
      "that goes on",
      {
        status: "active",
        grant,
        lastSeenAt: NOW,
        expiresAt: NOW + 9,
        idleTtl: 9,
        keptFor: 9,
        unconfirmedUntil: NOW,
      },
      [{ type: "login", at: NOW, ...about }],
    ],
    [
      "that was ended",
      { ...ended, endedBy: "client", confirmedAt: NOW + 1 },
      [
        { type: "device_ended", at: NOW + 2, ...about },
        { type: "device_confirmed", at: NOW + 1, ...about },
        { type: "login", at: NOW, ...about },
      ],
    ],
    [
      "that was disowned",
      { ...ended, endedBy: "stranger" },
      [
        { type: "device_not_me", at: NOW + 2, ...about },
        { type: "login", at: NOW, ...about },
      ],
    ],
    [
      "of a login that never began",
      { status: "ended", endedAt: NOW, forgetAt: NOW + 9, endedBy: "server" },
      [],
    ],
  ])("lists the entries of a login %s", (_, record, lines) => {
    expect(buildHistory([], [record], NOW + 3)).toEqual(lines);
  });

  it("lists no entries of a login whose retention is over", () => {
    expect(buildHistory([], [{ ...ended, endedBy: "owner" }], NOW + 9)).toEqual([]);
  });
});
