import { describe, expect, it, vi } from "vitest";
import { LoginError } from "../../../../src/sdk/login-error.ts";
import type { WatchEvent } from "../../../../src/sdk/watch/watch.ts";
import type { Snapshot } from "../../../../src/protocol/snapshot.ts";
import { Account } from "../../../../src/web/approver/sign-in/account.ts";
import {
  followNewPhoneLogin,
  newPhoneFailure,
} from "../../../../src/web/approver/sign-in/new-phone-login.ts";
import {
  EXPIRES_AT,
  finish,
  LOST,
  notReady,
  ok,
  problem,
  sent,
  serverResponds,
  SESSION_ID,
  usePhonePage,
} from "../support/phone-page.ts";

usePhonePage();

const CODE = "the-code";
const REDEMPTION = { code: CODE, code_verifier: "the-verifier" };

let version = 0;
function snapshot(changes: Partial<Snapshot> & Pick<Snapshot, "status">): WatchEvent {
  version += 1;
  return {
    type: "snapshot",
    snapshot: { session_id: SESSION_ID, version, expires_at: EXPIRES_AT, ...changes },
  };
}

const pending = () => snapshot({ status: "pending" });
const approved = () => snapshot({ status: "approved", code: CODE });

/** Follows a login that emits these events, and then ends, or goes on until it is aborted. */
function follow(events: WatchEvent[], { goesOn = false } = {}) {
  const over = new AbortController();
  const onScanned = vi.fn<(digits: string | undefined) => void>();
  const onApproved = vi.fn<() => void>();
  const outcome = followNewPhoneLogin({
    login: {
      async *watch() {
        yield* events;
        if (!goesOn) return;
        await new Promise<void>((resolve) => {
          if (over.signal.aborted) resolve();
          over.signal.addEventListener("abort", () => resolve());
        });
      },
      redemption: (code) => ({ code, code_verifier: "the-verifier" }),
    },
    link: (redemption) => new Account().link(redemption),
    signal: over.signal,
    onScanned,
    onApproved,
  });
  return { outcome, onScanned, onApproved, goBack: () => over.abort() };
}

describe("a login of a new phone", () => {
  it("signs the new phone in with the code once another phone has approved", async () => {
    const { outcome, onScanned, onApproved } = follow([
      { type: "connection", connected: true },
      pending(),
      snapshot({ status: "scanned", match: { by: "phone", digits: "47" } }),
      approved(),
    ]);
    serverResponds(ok({}));
    expect(await finish(outcome)).toBe("linked");
    expect(onScanned.mock.calls).toEqual([["47"]]);
    expect(onApproved).toHaveBeenCalledOnce();
    expect(sent).toEqual([{ path: "/account/link", method: "POST", body: REDEMPTION }]);
  });

  it("shows no digits on the new phone without number matching", async () => {
    const { outcome, onScanned } = follow([
      snapshot({ status: "scanned" }),
      snapshot({ status: "denied" }),
    ]);
    await finish(outcome);
    expect(onScanned.mock.calls).toEqual([[undefined]]);
  });

  it.each(["denied", "expired", "cancelled"] as const)(
    "doesn't sign the new phone in after a login that is %s",
    async (status) => {
      expect(await finish(follow([pending(), snapshot({ status })]).outcome)).toBe(status);
      expect(sent).toEqual([]);
    },
  );

  it("goes back when the user leaves the new phone's login", async () => {
    const { outcome, goBack } = follow([pending()], { goesOn: true });
    goBack();
    expect(await finish(outcome)).toBe("back");
    expect(sent).toEqual([]);
  });

  it("fails if the new phone's code was redeemed elsewhere, such as in a second tab", async () => {
    const { outcome } = follow([pending(), snapshot({ status: "redeemed" })]);
    expect(await finish(outcome)).toBe("failed");
  });
});

describe("a sign-in of a new phone whose response is lost", () => {
  it("repeats the sign-in of a new phone with the same code and verifier if the response is lost", async () => {
    serverResponds(LOST, notReady, ok({}));
    expect(await finish(follow([approved()]).outcome)).toBe("linked");
    expect(sent).toHaveLength(3);
    for (const { body } of sent) expect(body).toEqual(REDEMPTION);
  });

  it("offers a retry if the sign-in of a new phone gets no response", async () => {
    serverResponds(LOST, LOST, LOST);
    const error = await finish(follow([approved()]).outcome).catch((error: unknown) => error);
    expect(newPhoneFailure(error, true)).toEqual({ retry: "unreachable" });
    expect(newPhoneFailure(error, false)).toEqual({ retry: "offline" });
  });

  it("loads the account again after the sign-in of a new phone", async () => {
    const account = new Account();
    const signedOut = { signed_in: false, passkeys: true };
    const signedIn = { signed_in: true, passkeys: true, account: ADA };
    serverResponds(ok(signedOut), LOST, ok({}), ok(signedIn));
    expect((await finish(account.whoAmI())).account).toBeUndefined();
    await finish(account.link(REDEMPTION));
    expect((await finish(account.whoAmI())).account).toEqual(ADA);
  });
});

const ADA = { sub: "pk_1", name: "Ada Lovelace" };

describe("a code of a new phone that can't be redeemed", () => {
  it.each([
    ["session_expired", "expired"],
    ["session_not_found", "expired"],
    ["code_invalid", "failed"],
  ])(
    "doesn't repeat the sign-in of a new phone after a refusal: %s means %s",
    async (code, failed) => {
      serverResponds(problem(400, code));
      const error = await finish(follow([approved()]).outcome).catch((error: unknown) => error);
      expect(newPhoneFailure(error, true)).toEqual({ failed });
      expect(sent).toHaveLength(1);
    },
  );

  it("offers a retry after an unknown failure of a new phone's login", () => {
    const error = new LoginError("watch_token_invalid", "", { status: 401 });
    expect(newPhoneFailure(error, true)).toEqual({ retry: "other" });
  });
});
