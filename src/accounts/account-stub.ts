/** The Durable Object of an account, as others see it. */
export type AccountStub = ReturnType<Env["ACCOUNTS"]["get"]>;

/** Calls to an account that was never created are harmless: it has no rows. */
export function accountStub(env: Env, sub: string): AccountStub {
  return env.ACCOUNTS.get(env.ACCOUNTS.idFromName(sub));
}

/** The stub of a part of an account, which is an `RpcTarget`. */
type PartStub = Promise<Disposable>;

/**
 * A part of an account, for one call: `pipelined(account.passkeys()).rename(…)`. The call is sent along with the request
 * for the part, without waiting for it (promise pipelining), so both take one round trip.
 *
 * The part's stub is disposed when it arrives, since the account stays in memory as long as a caller has one. If the
 * account can't be reached, the call fails with the same error as the part, whose error is therefore ignored.
 */
export function pipelined<Part extends PartStub>(part: Part): Part {
  void part.then(
    (stub) => stub[Symbol.dispose](),
    () => undefined,
  );
  return part;
}
