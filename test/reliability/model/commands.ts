import fc from "fast-check";
import type { TestPhone } from "../../support/test-phone.ts";
import { TRANSPORTS, type Transport } from "../support/screen-watcher.ts";
import type { LoginFacts } from "./facts.ts";
import { until } from "../support/until.ts";
import { broken, INVARIANTS } from "./invariants.ts";
import { ModelLogin, type Redeeming, type WhichToken } from "./login.ts";
import type { Fate, World } from "./world.ts";

/** The number of started logins: the only state that the sequence of commands depends on. */
export interface Model {
  logins: number;
}

export interface Real {
  world: World;
  logins: ModelLogin[];
}

/** Milliseconds until a watcher must have received the state: longer than it ever takes. */
export const TOLD_LIMIT = 15_000;

/** The logins of one sequence: few, so that each gets many commands. */
const MAX_LOGINS = 3;

/** An action of a participant or an event of the server. Every invariant must hold after it. */
abstract class Command implements fc.AsyncCommand<Model, Real> {
  check({ logins }: Readonly<Model>): boolean {
    return logins > 0;
  }

  async run(model: Model, real: Real): Promise<void> {
    await this.act(real, model);
    await expectInvariants(real);
  }

  abstract act(real: Real, model: Model): Promise<void>;

  abstract toString(): string;
}

/** Checks every login and fails with the names of violated invariants. */
export async function expectInvariants({ world, logins }: Real): Promise<void> {
  for (const login of logins) await login.probe();
  const found = logins.flatMap(({ facts }) => broken(INVARIANTS, facts, world.now));
  if (found.length > 0) throw new Error(found.join("\n"));
}

/**
 * Waits until every watcher has the current state before the clock moves: a long poll is not
 * connected between two requests.
 */
export async function untilTold({ logins }: Real): Promise<void> {
  await until(() => logins.flatMap(({ facts }) => watchersBehind(facts))[0], TOLD_LIMIT);
}

function watchersBehind({ name, snapshot, watchers }: LoginFacts): string[] {
  // The expiry is sent when the alarm runs, which may be later than a request.
  if (snapshot === undefined || snapshot === "gone" || snapshot.status === "expired") return [];
  return watchers
    .map(({ watcher }) => watcher)
    .filter(({ last, isOver }) => last?.version !== snapshot.version && !isOver)
    .map(
      ({ transport, last }) =>
        `${name}: every change is told: ${transport} was told ${last?.status}, not ${snapshot.status}`,
    );
}

class Begin extends Command {
  readonly #transport: Transport;
  readonly #bound: boolean;

  constructor(transport: Transport, bound: boolean) {
    super();
    this.#transport = transport;
    this.#bound = bound;
  }

  override check({ logins }: Readonly<Model>): boolean {
    return logins < MAX_LOGINS;
  }

  async act({ world, logins }: Real, model: Model): Promise<void> {
    model.logins += 1;
    const login = await ModelLogin.begin(world, `login ${model.logins}`, this.#bound);
    login.watch(this.#transport);
    logins.push(login);
  }

  toString(): string {
    return `begin, watched by ${this.#transport}${this.#bound ? ", bound to a key" : ""}`;
  }
}

/** An action on one login. */
class OnLogin extends Command {
  readonly #login: number;
  readonly #what: string;
  readonly #action: (login: ModelLogin, world: World) => Promise<void>;

  constructor(
    login: number,
    what: string,
    action: (login: ModelLogin, world: World) => Promise<void>,
  ) {
    super();
    this.#login = login;
    this.#what = what;
    this.#action = action;
  }

  async act({ world, logins }: Real): Promise<void> {
    const login = logins[this.#login % logins.length];
    if (login) await this.#action(login, world);
  }

  toString(): string {
    return `login ${this.#login}: ${this.#what}`;
  }
}

class OnAll extends Command {
  readonly #what: string;
  readonly #action: (login: ModelLogin) => Promise<void>;

  constructor(what: string, action: (login: ModelLogin) => Promise<void>) {
    super();
    this.#what = what;
    this.#action = action;
  }

  async act({ logins }: Real): Promise<void> {
    for (const login of logins) await this.#action(login);
  }

  toString(): string {
    return this.#what;
  }
}

class PassTime extends Command {
  readonly #milliseconds: number;

  constructor(milliseconds: number) {
    super();
    this.#milliseconds = milliseconds;
  }

  async act(real: Real): Promise<void> {
    await untilTold(real);
    await real.world.passTime(this.#milliseconds);
  }

  toString(): string {
    return `${this.#milliseconds / 1000} s pass`;
  }
}

const [SECOND, MINUTE, DAY] = [1_000, 60_000, 86_400_000];

const which = fc.nat({ max: MAX_LOGINS - 1 });
/** Mostly the first person, so that the phone that scanned usually decides. */
const person = fc.constantFrom(0, 0, 0, 1);
const transport = fc.constantFrom(...TRANSPORTS);
const fate: fc.Arbitrary<Fate> = fc.oneof(
  { weight: 4, arbitrary: fc.constant("answered" as const) },
  { weight: 2, arbitrary: fc.constant("answer lost" as const) },
  { weight: 1, arbitrary: fc.constantFrom("session reset" as const, "account reset" as const) },
);

const phoneOf = (world: World, index: number) => world.people[index] as TestPhone;

type Weighted = fc.WeightedArbitrary<Command>;

const command = (weight: number, arbitrary: fc.Arbitrary<Command>): Weighted => ({
  weight,
  arbitrary,
});

/** A command of one person on one login, with the fate of its request. */
const byPerson = (
  weight: number,
  what: string,
  act: (login: ModelLogin, phone: TestPhone, fate: Fate) => Promise<void>,
): Weighted =>
  command(
    weight,
    fc
      .tuple(which, person, fate)
      .map(
        ([login, who, fate]) =>
          new OnLogin(login, `person ${who} ${what} (${fate})`, (it, world) =>
            act(it, phoneOf(world, who), fate),
          ),
      ),
  );

/** The commands and their frequency. */
export const COMMAND: fc.Arbitrary<Command> = fc.oneof(
  command(
    6,
    fc.tuple(transport, fc.boolean()).map(([by, bound]) => new Begin(by, bound)),
  ),
  command(
    20,
    fc
      .tuple(which, fate)
      .map(
        ([login, fate]) =>
          new OnLogin(login, `goes on (${fate})`, (it, world) => it.goOn(phoneOf(world, 0), fate)),
      ),
  ),
  command(
    2,
    fc
      .tuple(which, transport)
      .map(
        ([login, by]) => new OnLogin(login, `is watched by ${by}, too`, async (it) => it.watch(by)),
      ),
  ),
  byPerson(2, "scans", (login, phone, fate) => login.scan(phone, fate)),
  byPerson(2, "approves", (login, phone, fate) => login.approve(phone, fate)),
  byPerson(1, "denies", (login, phone, fate) => login.deny(phone, fate)),
  command(
    1,
    fc
      .tuple(which, fate)
      .map(
        ([login, fate]) => new OnLogin(login, `is cancelled (${fate})`, (it) => it.cancel(fate)),
      ),
  ),
  command(
    3,
    fc
      .tuple(which, fate)
      .map(
        ([login, fate]) =>
          new OnLogin(login, `its code is redeemed (${fate})`, (it) => it.redeem("right", fate)),
      ),
  ),
  command(
    2,
    fc
      .tuple(
        which,
        fc.constantFrom<Redeeming>("wrong verifier", "no verifier", "wrong client", "wrong key"),
      )
      .map(
        ([login, how]) =>
          new OnLogin(login, `its code is redeemed with ${how}`, (it) =>
            it.redeem(how, "answered"),
          ),
      ),
  ),
  command(
    4,
    fc
      .tuple(which, fc.constantFrom<WhichToken>("newest", "previous", "first", "unused"), fate)
      .map(
        ([login, token, fate]) =>
          new OnLogin(login, `its ${token} refresh token is used (${fate})`, (it) =>
            it.refresh(token, fate),
          ),
      ),
  ),
  command(
    1,
    fc
      .tuple(which, fate)
      .map(([login, fate]) => new OnLogin(login, `is revoked (${fate})`, (it) => it.revoke(fate))),
  ),
  command(
    1,
    fc
      .tuple(which, fc.constantFrom("end", "not me"), fate)
      .map(
        ([login, how, fate]) =>
          new OnLogin(login, `its owner says "${how}" (${fate})`, (it) => it.endByOwner(how, fate)),
      ),
  ),
  command(
    3,
    fc.constant(null).map(() => new OnAll("the tokens are tried", checkTokens)),
  ),
  command(
    5,
    fc
      .constantFrom(SECOND, 7 * SECOND, 20 * SECOND, 31 * SECOND)
      .map((milliseconds) => new PassTime(milliseconds)),
  ),
  command(
    1,
    fc
      .constantFrom(
        ...[61 * SECOND, 121 * SECOND, 11 * MINUTE, 60 * MINUTE],
        ...[13 * DAY, 15 * DAY, 91 * DAY],
      )
      .map((milliseconds) => new PassTime(milliseconds)),
  ),
  command(
    3,
    fc.tuple(which, fc.boolean(), fc.boolean()).map(
      ([login, account, reset]) =>
        new OnLogin(
          login,
          `its ${account ? "account" : "session"} ${reset ? "is reset" : "leaves memory"}`,
          async (it, world) => {
            const name = account ? (it.owner?.sub ?? it.id) : it.id;
            await (reset ? world.reset(name) : world.evict(name));
          },
        ),
    ),
  ),
);

export async function checkTokens(login: ModelLogin): Promise<void> {
  await login.checkTokens();
  await login.checkAccount();
  await login.checkDeadTokens();
}
