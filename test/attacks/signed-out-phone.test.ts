import { createExecutionContext } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, describe, expect, it, vi } from "vitest";
import { accountStub, pipelined } from "../../src/accounts/account-stub.ts";
import { RecoveryCodes } from "../../src/accounts/recovery/recovery-codes.ts";
import { app } from "../../src/app.ts";
import type { PasskeysResponse } from "../../src/protocol/passkeys.ts";
import type { PhonesResponse } from "../../src/protocol/phones.ts";
import { madeUp, problemOf, VERIFIER } from "../support/api.ts";
import { approvedLink } from "../support/approved-link.ts";
import { linkCode } from "../support/link-by-code.ts";
import { Authenticator } from "../support/authenticator.ts";
import { Browser, ISSUER } from "../support/browser.ts";
import { interruptedBefore } from "./interrupted-worker.ts";
import { linkedPhone, makePasskey } from "../support/linked-phone.ts";
import { logIn, person, signIn, storageOf, type Person } from "../support/person.ts";
import { PushBrowser } from "../support/push-browser.ts";

/**
 * The owner signs a thief's phone out, while requests of that phone are under way: each was found to be of a signed-in
 * phone already, and has not changed anything yet.
 */

afterEach(() => void vi.restoreAllMocks());

const SIGN_IN = [401, "sign_in_required"];

type CreationOptions = Parameters<Authenticator["create"]>[0];

const idOf = async (phone: Browser) => {
  const { phones } = await (await phone.get("/account/phones")).json<PhonesResponse>();
  return phones.find(({ current }) => current)?.id ?? "";
};

const passkeysOf = async (phone: Browser) =>
  (await (await phone.get("/account/passkeys")).json<PasskeysResponse>()).passkeys;

/** What a phone has prepared, to be sent at any moment: a new passkey, and the ceremony that it was made in. */
async function prepareAddition(phone: Browser) {
  const begun = await phone.post("/account/passkeys/options", {});
  const { options } = await begun.json<{ options: CreationOptions }>();
  const authenticator = await Authenticator.make(ISSUER);
  const response = await authenticator.create(options);
  return { authenticator, response, ceremony: phone.cookies.get("__Host-ceremony") ?? "" };
}

type Addition = Awaited<ReturnType<typeof prepareAddition>>;

/** The same phone, with the cookie of one of its ceremonies. */
function holding(phone: Browser, { ceremony }: Addition): Browser {
  const copy = copyOf(phone);
  copy.cookies.set("__Host-ceremony", ceremony);
  return copy;
}

function copyOf(phone: Browser, send?: (request: Request) => Promise<Response>): Browser {
  const copy = send ? new Browser(send) : new Browser();
  for (const [name, value] of phone.cookies) copy.cookies.set(name, value);
  return copy;
}

/** A copy of a phone whose requests are interrupted before the account's `method`. */
function interruptedPhone(phone: Browser, method: string, happens: () => Promise<void>): Browser {
  const worker = interruptedBefore(method, happens);
  return copyOf(phone, async (request) => app.fetch(request, worker, createExecutionContext()));
}

interface Stolen {
  ada: Person;
  /** A confirmed phone of the account, so that nothing but its being signed out can be in its way. */
  phone: Browser;
  sid: string;
}

async function stolenPhone(): Promise<Stolen> {
  const ada = await person();
  const phone = new Browser();
  await signIn(phone, ada.authenticator);
  await makePasskey(ada.phone);
  await linkedPhone(ada.sub);
  const sid = await logIn(ada.sub);
  // Last, so that nothing is to be told to an address that isn't there.
  await phone.post("/account/notices", subscription());
  return { ada, phone, sid };
}

const subscription = () => ({
  endpoint: `https://fcm.googleapis.com/fcm/send/${crypto.randomUUID()}`,
  keys: new PushBrowser().keys,
  language: "en",
});

/** All that a phone can change in its account, and the method that does it. */
const CHANGES: [string, string, (phone: Browser, stolen: Stolen) => Promise<Response>][] = [
  [
    "adds no passkey",
    "passkeys.add",
    async (phone) => {
      const { response } = await prepareAddition(phone);
      return await phone.post("/account/passkeys", { response });
    },
  ],
  [
    "renames no passkey",
    "passkeys.rename",
    (phone, { ada }) =>
      phone.patch(`/account/passkeys/${ada.authenticator.credentialId}`, { name: "Old phone" }),
  ],
  [
    "removes no passkey",
    "passkeys.remove",
    (phone, { ada }) => phone.delete(`/account/passkeys/${ada.authenticator.credentialId}`),
  ],
  [
    "makes no recovery code",
    "recovery.replaceCode",
    (phone) => phone.post("/account/recovery-code", {}),
  ],
  [
    "signs no phone out",
    "phones.end",
    async (phone, { ada }) => phone.delete(`/account/phones/${await idOf(ada.phone)}`),
  ],
  ["signs no phones out", "phones.endOthers", (phone) => phone.delete("/account/phones")],
  ["ends no screen", "devices.end", (phone, { sid }) => phone.delete(`/account/devices/${sid}`)],
  [
    "disowns no screen",
    "devices.end",
    (phone, { sid }) => phone.post(`/account/devices/${sid}/not-me`, {}),
  ],
  [
    "confirms no screen",
    "devices.confirm",
    (phone, { sid }) => phone.post(`/account/devices/${sid}/confirm`, {}),
  ],
  ["ends no screens", "devices.endAll", (phone) => phone.delete("/account/devices")],
  [
    "turns no notices on",
    "notifications.enable",
    (phone) => phone.post("/account/notices", subscription()),
  ],
  ["turns no notices off", "notifications.disable", (phone) => phone.delete("/account/notices")],
  ["deletes no account", "erase", (phone) => phone.delete("/account", {})],
];

describe("a phone that is signed out while its request is under way", () => {
  it.each(CHANGES)("%s", async (_, method, change) => {
    const stolen = await stolenPhone();
    const { ada } = stolen;
    const id = await idOf(stolen.phone);
    let before: unknown;
    const phone = interruptedPhone(stolen.phone, method, async () => {
      expect((await ada.phone.delete(`/account/phones/${id}`)).status).toBe(204);
      before = await storageOf(ada.sub);
    });
    expect(await problemOf(await change(phone, stolen))).toEqual(SIGN_IN);
    expect(before).toBeDefined();
    expect(await storageOf(ada.sub)).toEqual(before);
  });

  it("makes no recovery code, also where it is signed out while the code is being stored", async () => {
    const { ada, phone } = await stolenPhone();
    const id = await idOf(phone);
    const codes: { store(code: unknown): unknown } = RecoveryCodes.prototype;
    vi.spyOn(codes, "store").mockImplementationOnce(async () => {
      const [owner] = await secretHashesOf(ada);
      using ended = await pipelined(accountStub(env, ada.sub).phones()).end(id, owner ?? "");
      return ended.ok;
    });
    const answer = await phone.post("/account/recovery-code", {});
    expect(await problemOf(answer)).toEqual(SIGN_IN);
    const { recovery_code } = await (
      await ada.phone.get("/account/passkeys")
    ).json<PasskeysResponse>();
    expect(recovery_code).toBeNull();
  });

  it("lets no other phone in by what it has approved", async () => {
    const ada = await person();
    const code = await approvedLink(ada.sub);
    const other = new Browser();
    await signIn(other, ada.authenticator);
    const id = await idOf(ada.phone);
    expect((await other.delete(`/account/phones/${id}`)).status).toBe(204);
    const linked = await new Browser().post("/account/link", { code, code_verifier: VERIFIER });
    expect(await problemOf(linked)).toEqual([403, "code_invalid"]);
  });

  it("is not in again by the code that let it in, though its session never heard that it was redeemed", async () => {
    const ada = await person();
    const [approver = ""] = await secretHashesOf(ada);
    const code = linkCode(approver);
    const account = accountStub(env, ada.sub);
    const letIn = async (secretHash: string) => {
      using linked = await pipelined(account.phones()).link(
        code.grant,
        { secretHash },
        code.redemption,
        code.presented,
      );
      return linked.ok;
    };
    expect(await letIn("first")).toBe(true);
    const known = await pipelined(account.phones()).list(approver);
    const id = known.find(({ by }) => by === "another_phone")?.id ?? "";
    using ended = await pipelined(account.phones()).end(id, approver);
    expect(ended.ok).toBe(true);
    expect(await letIn("again")).toBe(false);
    expect(await pipelined(account.phones()).list(approver)).toHaveLength(1);
  });

  it("is not in again by a passkey that is removed while its sign-in is under way", async () => {
    const ada = await person();
    const thief = await linkedPhone(ada.sub);
    const passkey = await makePasskey(thief);
    const id = await idOf(thief);
    const again = interruptedPhone(new Browser(), "passkeys.signIn", async () => {
      expect((await ada.phone.delete(`/account/phones/${id}`)).status).toBe(204);
    });
    const response = await passkey.get(await again.signInOptions());
    const signedIn = await again.post("/account/sign-in", { response });
    expect(await problemOf(signedIn)).toEqual([403, "passkey_invalid"]);
  });
});

describe("what a phone has prepared before it was signed out", () => {
  it("adds no passkey when the phone is signed out in the middle of the request [ATTACK-signed-out-phone]", async () => {
    for (let round = 0; round < 5; round++) {
      const ada = await person();
      const thief = await linkedPhone(ada.sub);
      const id = await idOf(thief);
      const prepared: Addition[] = [];
      for (let i = 0; i < 8; i++) prepared.push(await prepareAddition(thief));
      const requests = prepared.map(
        (addition) => () =>
          holding(thief, addition).post("/account/passkeys", { response: addition.response }),
      );
      const signOut = () => ada.phone.delete(`/account/phones/${id}`);
      const [half, rest] = [requests.slice(0, 4), requests.slice(4)];
      await Promise.all([...half, signOut, ...rest].map((send) => send()));
      const left = (await passkeysOf(ada.phone)).map((passkey) => passkey.id);
      expect(left).toEqual([ada.authenticator.credentialId]);
      for (const { authenticator } of prepared) {
        expect((await signIn(new Browser(), authenticator)).status).toBe(403);
      }
    }
  });

  it("adds no passkey that was prepared before a sign-out and a new sign-in [ATTACK-signed-out-phone/2]", async () => {
    const ada = await person();
    const addition = await prepareAddition(ada.phone);
    await signIn(ada.phone, ada.authenticator);
    const answer = await holding(ada.phone, addition).post("/account/passkeys", {
      response: addition.response,
    });
    expect(await problemOf(answer)).toEqual([400, "ceremony_expired"]);
    expect(await passkeysOf(ada.phone)).toHaveLength(1);
  });

  it("adds a passkey of no other account by a made-up session", async () => {
    const ada = await person();
    const addition = await prepareAddition(ada.phone);
    const stranger = holding(ada.phone, addition);
    stranger.cookies.set("__Host-phone", `${ada.sub}.${madeUp()}`);
    const answer = await stranger.post("/account/passkeys", { response: addition.response });
    expect(await problemOf(answer)).toEqual(SIGN_IN);
  });
});

/** The hashes by which the account knows its phones, the one that was there first in front. */
async function secretHashesOf({ sub }: Person): Promise<string[]> {
  const { rows } = await storageOf(sub);
  const sessions = rows.flatMap(([key, row]) =>
    key.startsWith("session:") && isSession(row) ? [row] : [],
  );
  return sessions.toSorted((a, b) => a.createdAt - b.createdAt).map((one) => one.secretHash);
}

function isSession(row: unknown): row is { secretHash: string; createdAt: number } {
  return typeof row === "object" && row !== null && "secretHash" in row && "createdAt" in row;
}
