import { evictDurableObject, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import {
  MAX_PASSKEYS,
  type Credential,
  type MadeCredential,
} from "../../src/accounts/passkeys/credential.ts";
import {
  MAX_SESSIONS,
  type PhoneSession,
} from "../../src/accounts/phone-sessions/phone-session.ts";
import { accountStub, pipelined, type AccountStub } from "../../src/accounts/account-stub.ts";
import type { AuditEvent } from "../../src/accounts/audit-log/audit-event.ts";
import { MAX_LINES } from "../../src/accounts/audit-log/audit-log-policy.ts";
import type { ActiveLogin } from "../../src/accounts/logins/login-record.ts";
import { AttestationResponse } from "../../src/protocol/webauthn.ts";
import { verifyRegistration } from "../../src/accounts/passkeys/verify-passkey.ts";
import { ACCOUNT_SUBJECT_PREFIX } from "../../src/config/index.ts";
import type { TrustDelay } from "../../src/accounts/phone-sessions/trust-delay.ts";
import { parse } from "valibot";
import { ISSUER, madeUp } from "../support/api.ts";
import { linkByCode } from "../support/linked-phone.ts";
import { Authenticator } from "../support/authenticator.ts";
import { setClock } from "../support/time.ts";

const HOST = new URL(ISSUER).hostname;

/** The authenticators have no signature counter, so that scenarios that use the same ones can be compared. */
const UNCOUNTED = { counter: 0 };

/** A passkey in software, and the result of its verified registration. */
export interface MadePasskey {
  authenticator: Authenticator;
  made: MadeCredential;
}

export async function newPasskey(): Promise<MadePasskey> {
  const authenticator = await Authenticator.make(ISSUER);
  const challenge = madeUp();
  const options = {
    challenge,
    rp: { id: HOST, name: "" },
    user: { id: madeUp(), name: "", displayName: "" },
    pubKeyCredParams: [],
  };
  const response = await authenticator.create(options, UNCOUNTED);
  const ceremony = { challenge, begunAt: 0, origin: ISSUER };
  const verified = await verifyRegistration(parse(AttestationResponse, response), ceremony);
  if (!verified.ok) throw new Error(verified.error.reason);
  return { authenticator, made: verified.value };
}

export const OWNER_ACTIONS = [
  "visits",
  "signs in",
  "adds a passkey",
  "renames a passkey",
  "removes a passkey",
  "turns notices on",
  "turns notices off",
  "logs a screen in",
  "confirms a screen",
  "ends a screen",
  "disowns a screen",
  "makes a recovery code",
  "is told of an attack",
  "signs the thief out",
  "removes the thief's passkey",
  "signs all other phones out",
  "removes any passkey",
] as const;

export const THIEF_ACTIONS = [
  "visits",
  "signs in",
  "signs in often",
  "adds a passkey",
  "renames a passkey",
  "removes a passkey",
  "signs a phone out",
  "signs all phones out",
  "makes a recovery code",
  "deletes the account",
  "links a phone",
  "confirms a screen",
  "ends a screen",
  "disowns a screen",
  "ends all screens",
  "turns notices on",
  "turns notices off",
  "logs a screen in",
  "logs screens in often",
  "makes noise",
  "uses a code twice",
  "uses a found recovery code",
  "signs out",
] as const;

type OwnerAction = (typeof OWNER_ACTIONS)[number];
type ThiefAction = (typeof THIEF_ACTIONS)[number];

/** A step of a scenario. The numbers choose a phone, a passkey or a screen. */
export type Step = { a: number; b: number; after: number } & (
  { by: "owner"; does: OwnerAction } | { by: "thief"; does: ThiefAction }
);

/** The name of the thief's phones and passkeys, so that their events can be distinguished from the owner's. */
const THIEF = "Thief";
const DAY = 24 * 3600 * 1000;
const OFTEN = 8;

/** The maximum number of steps of one scenario. */
export const MAX_STEPS = 24;

/** One account, with or without a thief whose phone was linked. Without one, the steps of the thief do nothing. */
export class Scenario {
  readonly #sub = ACCOUNT_SUBJECT_PREFIX + madeUp();
  readonly #hasThief: boolean;
  readonly #ownPasskeys: readonly MadePasskey[];
  readonly #thiefsPasskeys: readonly MadePasskey[];
  readonly #ownPhones = ["owner 1", "owner 2"];
  readonly #thiefsPhones = ["thief 0"];
  readonly #screens: string[] = [];
  readonly #thiefsScreens: string[] = [];
  #locator = "";
  #foundLocator = "";
  #count = 0;
  /** The results that the owner received. */
  readonly answers: unknown[] = [];
  /** What was left of unconfirmed phones after the owner had removed them. */
  readonly leftovers: string[] = [];

  constructor(passkeys: { own: MadePasskey[]; thiefs: MadePasskey[] }, hasThief: boolean) {
    this.#ownPasskeys = passkeys.own;
    this.#thiefsPasskeys = passkeys.thiefs;
    this.#hasThief = hasThief;
  }

  get #account(): AccountStub {
    return accountStub(env, this.#sub);
  }

  /** An account with two phones with notifications, a recovery code and a screen; and the thief's phone is linked. */
  async begin(now: number, { filled = true } = {}): Promise<void> {
    setClock(now);
    const credential = { ...this.#own(0).made, name: "owner's passkey" };
    await pipelined(this.#account.passkeys()).register({
      name: "Ada",
      credential,
      ...from("owner 1"),
    });
    await this.#signIn(this.#own(0), "owner 2");
    for (const phone of this.#ownPhones) await this.#turnNoticesOn(phone, phone);
    await this.#makeCode("owner 1");
    this.#foundLocator = this.#locator;
    await this.#logIn("owner 1", this.#screens);
    if (filled) await this.#fill(now);
    if (!this.#hasThief) return;
    await linkByCode(this.#account, from("thief 0"), "owner 1");
    await this.#addPasskey(this.#thiefs(0), "thief 0");
  }

  /** Fills each of the owner's limits but one, so that an eviction for the thief shows at once. */
  async #fill(now: number): Promise<void> {
    await runInDurableObject(this.#account, (_, { storage: { kv } }) => {
      const phone = kv.get<PhoneSession>("session:owner 2");
      const passkey = kv.get<Credential>(`credential:${this.#own(0).made.id}`);
      const login = kv.get<ActiveLogin>(`login:${pick(this.#screens, 0)}`);
      if (!phone || !passkey || !login) throw new Error("the account has not begun");
      for (let i = 2; i < MAX_SESSIONS - 1; i++) {
        const secretHash = `owner's old phone ${i}`;
        const old = { ...phone, id: secretHash, secretHash, lastSeenAt: now - i * DAY };
        kv.put(`session:${secretHash}`, old);
      }
      for (let i = 1; i < MAX_PASSKEYS - 1; i++) {
        const id = `owner's old passkey ${i}`;
        kv.put(`credential:${id}`, { ...passkey, id });
      }
      for (let i = 1; i < env.MAX_DEVICES - 1; i++) {
        const sessionId = `owner's old screen ${i}`;
        kv.put(`login:${sessionId}`, { ...login, grant: { ...login.grant, sessionId } });
      }
      // Leaves room for the events of the owner's steps.
      for (let i = 1; i <= MAX_LINES - MAX_STEPS; i++) {
        const line = { type: "phone_signed_in", name: `${i}`, at: i, forgetAt: now + 90 * DAY };
        kv.put(`event:${String(i).padStart(15, "0")}-old`, line);
      }
    });
    // The count in the memory of the object is out of date.
    await evictDurableObject(this.#account);
  }

  /** Deletes the alarm and all rows. */
  async end(): Promise<void> {
    await runInDurableObject(this.#account, async (_, { storage }) => {
      await storage.deleteAlarm();
      await storage.deleteAll();
    });
  }

  async step(step: Step): Promise<void> {
    this.#count += 1;
    const { a, b } = step;
    if (step.by === "owner") {
      const answer = await this.#owner(step.does, a, b);
      if (answer !== undefined) this.answers.push([step.does, answer]);
    } else if (this.#hasThief) {
      await this.#thief(step.does, a, b);
    }
  }

  async #owner(does: OwnerAction, a: number, b: number): Promise<unknown> {
    const phone = pick(this.#ownPhones, a);
    const passkey = this.#own(1 + (b % (this.#ownPasskeys.length - 1)));
    switch (does) {
      case "visits":
        return (await this.#account.whoIs(phone)).ok;
      case "signs in": {
        const secretHash = `owner ${2 + this.#count}`;
        this.#ownPhones.push(secretHash);
        return await this.#signIn(this.#own(0), secretHash);
      }
      case "adds a passkey":
        return await this.#addPasskey(passkey, phone);
      case "renames a passkey":
        return plain(
          await pipelined(this.#account.passkeys()).rename(passkey.made.id, `name ${b}`, phone),
        );
      case "removes a passkey":
        return plain(await pipelined(this.#account.passkeys()).remove(passkey.made.id, phone));
      case "turns notices on":
        return await this.#turnNoticesOn(phone, phone);
      case "turns notices off":
        return plain(await pipelined(this.#account.notifications()).disable(phone));
      case "logs a screen in":
        return await this.#logIn(phone, this.#screens);
      case "confirms a screen":
        return plain(
          await pipelined(this.#account.devices()).confirm(pick(this.#screens, b), phone),
        );
      case "ends a screen":
        return plain(
          await pipelined(this.#account.devices()).end(pick(this.#screens, b), "owner", phone),
        );
      case "disowns a screen":
        return plain(
          await pipelined(this.#account.devices()).end(pick(this.#screens, b), "stranger", phone),
        );
      case "makes a recovery code":
        return await this.#makeCode(phone);
      case "is told of an attack":
        await this.#account.appendAuditEvent({ type: "attack", what: "code_reused" });
        return undefined;
      case "signs the thief out": {
        const known = await pipelined(this.#account.phones()).list(phone);
        const id = known.find(({ browser }) => browser === THIEF)?.id;
        if (id !== undefined) {
          const ended = () => pipelined(this.#account.phones()).end(id, phone);
          await this.#removeRoots((row) => row.id === id, ended);
        }
        return undefined;
      }
      case "removes the thief's passkey": {
        const { id } = pick(this.#thiefsPasskeys, b).made;
        const removed = () => pipelined(this.#account.passkeys()).remove(id, phone);
        await this.#removeRoots((row) => row.id === id, removed);
        return undefined;
      }
      case "signs all other phones out": {
        const ended = () => pipelined(this.#account.phones()).endOthers(phone);
        return await this.#removeRoots(() => true, ended);
      }
      case "removes any passkey": {
        const { id } = this.#own(b).made;
        return plain(await pipelined(this.#account.passkeys()).remove(id, phone));
      }
    }
  }

  async #thief(does: ThiefAction, a: number, b: number): Promise<void> {
    const account = this.#account;
    const phone = pick(this.#thiefsPhones, a);
    const passkey = pick(this.#thiefsPasskeys, b);
    const idsOf = (passkeys: readonly MadePasskey[]) => passkeys.map(({ made }) => made.id);
    const passkeys = [
      ["owner's old passkey 1"],
      idsOf(this.#ownPasskeys),
      idsOf(this.#thiefsPasskeys),
    ];
    const anyPasskey = pick(pick(passkeys, a), b);
    const screens = [["owner's old screen 1"], this.#screens, this.#thiefsScreens];
    const anyScreen = pick(
      pick(
        screens.filter((some) => some.length > 0),
        a,
      ),
      b,
    );
    switch (does) {
      case "visits":
        await account.whoIs(phone);
        return;
      case "signs in":
        return await this.#thiefSignsIn(passkey);
      case "signs in often":
        for (let i = 0; i < OFTEN; i++) await this.#thiefSignsIn(passkey);
        return;
      case "adds a passkey":
        await this.#addPasskey(passkey, phone);
        return;
      case "renames a passkey":
        await pipelined(account.passkeys()).rename(anyPasskey, `thief's name ${b}`, phone);
        return;
      case "removes a passkey":
        await pipelined(account.passkeys()).remove(anyPasskey, phone);
        return;
      case "signs a phone out": {
        const known = await pipelined(account.phones()).list(phone);
        const id = known.length > 0 ? pick(known, b).id : "";
        await pipelined(account.phones()).end(id, phone);
        return;
      }
      case "signs all phones out":
        await pipelined(account.phones()).endOthers(phone);
        return;
      case "makes a recovery code":
        await pipelined(account.recovery()).replaceCode(this.#newCode(), phone);
        return;
      case "deletes the account":
        await account.erase(phone);
        return;
      case "links a phone":
        await linkByCode(account, from(this.#newThiefsPhone()), phone);
        return;
      case "confirms a screen":
        await pipelined(account.devices()).confirm(anyScreen, phone);
        return;
      case "ends a screen":
        await pipelined(account.devices()).end(anyScreen, "owner", phone);
        return;
      case "disowns a screen":
        await pipelined(account.devices()).end(anyScreen, "stranger", phone);
        return;
      case "ends all screens":
        await pipelined(account.devices()).endAll(phone);
        return;
      case "turns notices on":
        await this.#turnNoticesOn(phone, pick([...this.#ownPhones, ...this.#thiefsPhones], b));
        return;
      case "turns notices off":
        await pipelined(account.notifications()).disable(phone);
        return;
      case "logs a screen in":
        await this.#logIn(phone, this.#thiefsScreens);
        return;
      case "logs screens in often":
        for (let i = 0; i < OFTEN; i++) await this.#logIn(phone, this.#thiefsScreens);
        return;
      case "makes noise":
        for (let i = 0; i < OFTEN; i++) await account.appendAuditEvent(pick(NOISE, b + i), phone);
        return;
      case "uses a code twice": {
        const sid = this.#thiefsScreens.at(b % Math.max(1, this.#thiefsScreens.length));
        if (sid !== undefined) await account.codeReused(sid, "screen");
        return;
      }
      case "uses a found recovery code":
        await pipelined(account.recovery()).signIn(
          this.#foundLocator,
          from(this.#newThiefsPhone()),
        );
        return;
      case "signs out":
        await pipelined(account.phones()).signOut(phone);
        return;
    }
  }

  /** The owner removes what `isTarget` matches. Collects what is left of its roots. */
  async #removeRoots(
    isTarget: (row: UnconfirmedRow) => boolean,
    remove: () => Promise<{ ok: boolean; error?: string | object }>,
  ): Promise<unknown> {
    const roots = new Set(
      (await this.#unconfirmedRows()).filter(isTarget).map(({ probation }) => probation.root),
    );
    const answer = plain(await remove());
    if (answer === "done") {
      const left = await this.#unconfirmedRows();
      this.leftovers.push(
        ...left.filter(({ probation }) => roots.has(probation.root)).map(({ key }) => key),
      );
    }
    return answer;
  }

  /** The phones, passkeys and active logins that have a trust delay. */
  async #unconfirmedRows(): Promise<UnconfirmedRow[]> {
    return await runInDurableObject(this.#account, (_, { storage }) =>
      Array.from(storage.kv.list<StoredUnconfirmed>())
        .filter(([key]) => /^(session|credential|login):/.test(key))
        .flatMap(([key, { id, status, probation }]) =>
          probation && Date.now() < probation.until && status !== "ended"
            ? [{ key, id, probation }]
            : [],
        ),
    );
  }

  /** Whether one of the owner's passkeys signs in a confirmed phone. */
  async canOwnerSignIn(): Promise<boolean> {
    for (const [index, passkey] of this.#ownPasskeys.entries()) {
      setClock(Date.now() + 1);
      const secretHash = `owner's new phone ${index}`;
      if ((await this.#signIn(passkey, secretHash)) !== "done") continue;
      const phone = await runInDurableObject(this.#account, (_, { storage }) =>
        storage.kv.get<PhoneSession>(`session:${secretHash}`),
      );
      if (phone && !phone.probation) return true;
    }
    return false;
  }

  /** All rows that belong to the owner, without the events that a thief has caused. */
  async ownersView(): Promise<object> {
    const rows = await runInDurableObject(this.#account, (_, { storage }) =>
      Array.from(storage.kv.list(), ([key, row]): [string, object] => [key, Object(row)]),
    );
    const own = (prefix: string) =>
      rows.filter(([key, row]) => key.startsWith(prefix) && !("probation" in row));
    const isOwners = (row: object) => !("root" in row) && !JSON.stringify(row).includes(THIEF);
    const subscriptions = rows.filter(([key]) => key.startsWith("push:owner"));
    const outbox = rows.find(([key]) => key === "notices")?.[1];
    const waiting = Array.isArray(outbox) ? outbox.map(messageOf) : [];
    const isForOwner = (message: object) =>
      "phone" in message && String(message.phone).startsWith("owner");
    return {
      profile: rows.find(([key]) => key === "profile")?.[1],
      phones: own("session:").map(([key, row]) => [key, { ...row, id: "drawn at random" }]),
      passkeys: own("credential:"),
      subscriptions,
      messages: sorted(waiting.filter((message) => isForOwner(message) && isOwners(message))),
      history: sorted(
        own("event:")
          .map(([, row]) => row)
          .filter(isOwners),
      ),
      // A row without a grant is a voided code, not a screen.
      screens: own("login:").filter(([, row]) => "grant" in row),
    };
  }

  #own(index: number): MadePasskey {
    return pick(this.#ownPasskeys, index);
  }

  #thiefs(index: number): MadePasskey {
    return pick(this.#thiefsPasskeys, index);
  }

  #newThiefsPhone(): string {
    const secretHash = `thief ${this.#count} ${this.#thiefsPhones.length}`;
    this.#thiefsPhones.push(secretHash);
    return secretHash;
  }

  async #thiefSignsIn(passkey: MadePasskey): Promise<void> {
    setClock(Date.now() + 1);
    await this.#signIn(passkey, this.#newThiefsPhone());
  }

  async #signIn({ authenticator }: MadePasskey, secretHash: string): Promise<unknown> {
    const challenge = madeUp();
    const assertion = await authenticator.get({ challenge, rpId: HOST }, UNCOUNTED);
    const { userHandle = "" } = assertion.response;
    const response = {
      id: assertion.id,
      rawId: assertion.rawId,
      type: "public-key" as const,
      response: { ...assertion.response, userHandle },
    };
    const ceremony = { challenge, begunAt: Date.now(), origin: ISSUER };
    return plain(
      await pipelined(this.#account.passkeys()).signIn({ response, ceremony, ...from(secretHash) }),
    );
  }

  async #addPasskey({ made }: MadePasskey, secretHash: string): Promise<unknown> {
    const name = secretHash.startsWith("thief") ? `${THIEF}'s passkey` : "one more passkey";
    const credential = { ...made, name };
    return plain(
      await pipelined(this.#account.passkeys()).add(credential, Date.now(), from(secretHash)),
    );
  }

  async #turnNoticesOn(phone: string, endpointOf: string): Promise<unknown> {
    const endpoint = `https://push.invalid/${endpointOf}`;
    const keys = { p256dh: "", auth: "" };
    return plain(
      await pipelined(this.#account.notifications()).enable(phone, {
        endpoint,
        keys,
        language: "en",
      }),
    );
  }

  async #logIn(phone: string, screens: string[]): Promise<unknown> {
    const isThief = phone.startsWith("thief");
    const sessionId = `${isThief ? THIEF : "screen"} ${this.#count} ${screens.length}`;
    const grant = {
      sessionId,
      clientId: "screen",
      scope: "openid",
      account: { sub: "the same", phone },
      approvedAt: Date.now(),
      screen: { browser: isThief ? THIEF : "Firefox 140" },
    };
    const begun = plain(await this.#account.beginLogin({ grant, expiresAt: Date.now() + DAY }));
    screens.push(sessionId);
    return begun;
  }

  async #makeCode(phone: string): Promise<unknown> {
    const code = this.#newCode();
    const made = await pipelined(this.#account.recovery()).replaceCode(code, phone);
    if (made.ok) this.#locator = code.locator;
    // The valid code is the one that the thief finds.
    this.#foundLocator = this.#locator;
    return plain(made);
  }

  #newCode() {
    return { sub: this.#sub, locator: crypto.randomUUID(), hash: "" };
  }
}

interface StoredUnconfirmed {
  id?: string;
  status?: string;
  probation?: TrustDelay;
}

interface UnconfirmedRow {
  key: string;
  id: string | undefined;
  probation: TrustDelay;
}

const NOISE: AuditEvent[] = [
  { type: "login_declined" },
  { type: "match_wrong" },
  { type: "code_repeated" },
  { type: "login_refused", reasons: [] },
  { type: "attack", what: "assertion_of_another_request" },
  { type: "attack", what: "assertion_of_another_account" },
];

/** A phone that signs in, with its device. */
function from(secretHash: string) {
  return { secretHash, from: { browser: secretHash.startsWith("thief") ? THIEF : "Firefox 140" } };
}

function pick<Item>(items: readonly Item[], index: number): Item {
  const item = items[index % items.length];
  if (item === undefined) throw new Error("there is nothing to choose from");
  return item;
}

/** A result as a plain value, without the disposer of the runtime. */
function plain(answer: { ok: boolean; error?: string | object }): unknown {
  return answer.ok ? "done" : answer.error;
}

function messageOf(delivery: unknown): object {
  const isDelivery = typeof delivery === "object" && delivery !== null && "message" in delivery;
  return isDelivery ? Object(delivery.message) : {};
}

/** Sorted independently of random keys. */
function sorted(rows: readonly object[]): string[] {
  return rows.map((row) => JSON.stringify(row)).toSorted();
}
