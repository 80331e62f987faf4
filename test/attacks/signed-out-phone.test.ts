import { createExecutionContext } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, describe, expect, it, vi } from "vitest";
import { accountStub, pipelined } from "../../src/accounts/account-stub.ts";
import { RecoveryCodes } from "../../src/accounts/recovery/recovery-codes.ts";
import { app } from "../../src/app.ts";
import type { PasskeysResponse } from "../../src/protocol/passkeys.ts";
import type { PhonesResponse } from "../../src/protocol/phones.ts";
import { logIn, storageOf } from "../support/accounts.ts";
import { ISSUER, madeUp, problemOf, VERIFIER } from "../support/api.ts";
import { approvedLink, linkCode, linkedPhone } from "../support/linked-phone.ts";
import { TestBrowser } from "../support/test-browser.ts";
import { TestPhone } from "../support/test-phone.ts";
import { Authenticator } from "../support/authenticator.ts";
import { interruptedBefore } from "./interrupted-worker.ts";
import { PushBrowser } from "../support/push-browser.ts";

/**
 * The owner signs a thief's phone out while its requests are in progress: they have passed the
 * check of the sign-in and have not changed anything yet.
 */

afterEach(() => void vi.restoreAllMocks());

const SIGN_IN = [401, "sign_in_required"];

type CreationOptions = Parameters<Authenticator["create"]>[0];

const idOf = async (phone: TestBrowser) => {
  const { phones } = await (await phone.get("/account/phones")).json<PhonesResponse>();
  return phones.find(({ current }) => current)?.id ?? "";
};

const passkeysOf = async (phone: TestBrowser) =>
  (await (await phone.get("/account/passkeys")).json<PasskeysResponse>()).passkeys;

/** A prepared request: a new passkey and its challenge. */
async function prepareAddition(phone: TestBrowser) {
  const begun = await phone.post("/account/passkeys/options", {});
  const { options } = await begun.json<{ options: CreationOptions }>();
  const authenticator = await Authenticator.make(ISSUER);
  const response = await authenticator.create(options);
  return { authenticator, response, ceremony: phone.cookies.get("__Host-ceremony") ?? "" };
}

type Addition = Awaited<ReturnType<typeof prepareAddition>>;

/** The same phone with the cookie of this challenge. */
function holding(phone: TestBrowser, { ceremony }: Addition): TestBrowser {
  const copy = copyOf(phone);
  copy.cookies.set("__Host-ceremony", ceremony);
  return copy;
}

function copyOf(phone: TestBrowser, send?: (request: Request) => Promise<Response>): TestBrowser {
  const copy = send ? new TestBrowser(send) : new TestBrowser();
  for (const [name, value] of phone.cookies) copy.cookies.set(name, value);
  return copy;
}

/** A copy of the phone whose requests are interrupted before the account's `method`. */
function interruptedPhone(
  phone: TestBrowser,
  method: string,
  happens: () => Promise<void>,
): TestBrowser {
  const worker = interruptedBefore(method, happens);
  return copyOf(phone, async (request) => app.fetch(request, worker, createExecutionContext()));
}

interface Stolen {
  ada: TestPhone;
  /** A confirmed phone of the account, so that only its sign-out can be the reason of a refusal. */
  phone: TestBrowser;
  sid: string;
}

async function stolenPhone(): Promise<Stolen> {
  const ada = await TestPhone.signUp();
  const phone = new TestBrowser();
  await phone.signIn(ada.authenticator);
  await ada.addPasskey();
  await linkedPhone(ada.sub);
  const sid = await logIn(ada.sub);
  // Last, so that no notification is sent to the unreachable endpoint.
  await phone.post("/account/notices", subscription());
  return { ada, phone, sid };
}

const subscription = () => ({
  endpoint: `https://fcm.googleapis.com/fcm/send/${crypto.randomUUID()}`,
  keys: new PushBrowser().keys,
  language: "en",
});

/** All changes that a phone can make in its account, with the method that makes them. */
const CHANGES: [string, string, (phone: TestBrowser, stolen: Stolen) => Promise<Response>][] = [
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
    async (phone, { ada }) => phone.delete(`/account/phones/${await idOf(ada)}`),
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

describe("a phone that is signed out during a request", () => {
  it.each(CHANGES)(
    "lets a phone that is signed out during its request change nothing: it %s",
    async (_, method, change) => {
      const stolen = await stolenPhone();
      const { ada } = stolen;
      const id = await idOf(stolen.phone);
      let before: unknown;
      const phone = interruptedPhone(stolen.phone, method, async () => {
        expect((await ada.delete(`/account/phones/${id}`)).status).toBe(204);
        before = await storageOf(ada.sub);
      });
      expect(await problemOf(await change(phone, stolen))).toEqual(SIGN_IN);
      expect(before).toBeDefined();
      expect(await storageOf(ada.sub)).toEqual(before);
    },
  );

  it("stores no recovery code for a phone that is signed out meanwhile", async () => {
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
    const { recovery_code } = await (await ada.get("/account/passkeys")).json<PasskeysResponse>();
    expect(recovery_code).toBeNull();
  });

  it("adds no phone that was approved by a phone signed out meanwhile", async () => {
    const ada = await TestPhone.signUp();
    const code = await approvedLink(ada.sub);
    const other = new TestBrowser();
    await other.signIn(ada.authenticator);
    const id = await idOf(ada);
    expect((await other.delete(`/account/phones/${id}`)).status).toBe(204);
    const linked = await new TestBrowser().post("/account/link", { code, code_verifier: VERIFIER });
    expect(await problemOf(linked)).toEqual([403, "code_invalid"]);
  });

  it("refuses the link code of a phone that was signed out", async () => {
    const ada = await TestPhone.signUp();
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

  it("refuses a sign-in with a passkey that is removed meanwhile", async () => {
    const ada = await TestPhone.signUp();
    const thief = await linkedPhone(ada.sub);
    const passkey = await thief.addPasskey();
    const id = await idOf(thief);
    const again = interruptedPhone(new TestBrowser(), "passkeys.signIn", async () => {
      expect((await ada.delete(`/account/phones/${id}`)).status).toBe(204);
    });
    const response = await passkey.get(await again.signInOptions());
    const signedIn = await again.post("/account/sign-in", { response });
    expect(await problemOf(signedIn)).toEqual([403, "passkey_invalid"]);
  });
});

describe("a request that was prepared before the sign-out", () => {
  it("adds no passkey when the phone is signed out in the middle of the request [ATTACK-signed-out-phone]", async () => {
    for (let round = 0; round < 5; round++) {
      const ada = await TestPhone.signUp();
      const thief = await linkedPhone(ada.sub);
      const id = await idOf(thief);
      const prepared: Addition[] = [];
      for (let i = 0; i < 8; i++) prepared.push(await prepareAddition(thief));
      const requests = prepared.map(
        (addition) => () =>
          holding(thief, addition).post("/account/passkeys", { response: addition.response }),
      );
      const signOut = () => ada.delete(`/account/phones/${id}`);
      const [half, rest] = [requests.slice(0, 4), requests.slice(4)];
      await Promise.all([...half, signOut, ...rest].map((send) => send()));
      const left = (await passkeysOf(ada)).map((passkey) => passkey.id);
      expect(left).toEqual([ada.authenticator.credentialId]);
      for (const { authenticator } of prepared) {
        expect((await new TestBrowser().signIn(authenticator)).status).toBe(403);
      }
    }
  });

  it("adds no passkey that was prepared before a sign-out and a new sign-in [ATTACK-signed-out-phone/2]", async () => {
    const ada = await TestPhone.signUp();
    const addition = await prepareAddition(ada);
    await ada.signIn(ada.authenticator);
    const answer = await holding(ada, addition).post("/account/passkeys", {
      response: addition.response,
    });
    expect(await problemOf(answer)).toEqual([400, "ceremony_expired"]);
    expect(await passkeysOf(ada)).toHaveLength(1);
  });

  it("refuses to add a passkey for a made-up session", async () => {
    const ada = await TestPhone.signUp();
    const addition = await prepareAddition(ada);
    const stranger = holding(ada, addition);
    stranger.cookies.set("__Host-phone", `${ada.sub}.${madeUp()}`);
    const answer = await stranger.post("/account/passkeys", { response: addition.response });
    expect(await problemOf(answer)).toEqual(SIGN_IN);
  });
});

/** The secret hashes of the account's phones, the oldest first. */
async function secretHashesOf({ sub }: TestPhone): Promise<string[]> {
  const { rows } = await storageOf(sub);
  const sessions = rows.flatMap(([key, row]) =>
    key.startsWith("session:") && isSession(row) ? [row] : [],
  );
  return sessions.toSorted((a, b) => a.createdAt - b.createdAt).map((one) => one.secretHash);
}

function isSession(row: unknown): row is { secretHash: string; createdAt: number } {
  return typeof row === "object" && row !== null && "secretHash" in row && "createdAt" in row;
}
