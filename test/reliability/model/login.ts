import { decodeJwt } from "jose";
import type { DevicesResponse } from "../../../src/protocol/devices.ts";
import type { CreatedSession, ScanResponse } from "../../../src/protocol/responses.ts";
import { isTerminal, parseSnapshot } from "../../../src/protocol/snapshot.ts";
import { CREATION, madeUp, VERIFIER } from "../../support/api.ts";
import { codeOf } from "../../support/test-screen.ts";
import type { TestPhone } from "../../support/test-phone.ts";
import type { Authenticator } from "../../support/authenticator.ts";
import { ScreenWatcher, type Transport } from "../support/screen-watcher.ts";
import { CODE_TTL, type GivenTokens, type InvariantName, type LoginFacts } from "./facts.ts";
import type { Answer, Fate, World } from "./world.ts";

/** Milliseconds: how long after its rotation a refresh token is answered with the same successor (REFRESH_RETRY). */
const REFRESH_RETRY = 30_000;

/** Milliseconds: how long after the first time a code is answered again (docs/protocol.md). */
const CODE_RETRY = 60_000;

/** Milliseconds: how long a refresh token may lie unused (REFRESH_TOKEN_TTL), and an access token lives. */
const REFRESH_TOKEN_TTL = 14 * 24 * 3_600_000;
const ACCESS_TOKEN_TTL = 600_000;

/** A refresh token of a login, and what became of it. */
interface RefreshToken {
  value: string;
  /** The token that it was first answered with, and when. */
  successor?: RefreshToken;
  rotatedAt?: number;
  /** It was replaced by another one before anybody used it. */
  void?: true;
}

/**
 * What a refresh must be answered with: the successor that is known, a new one, a refusal that ends
 * the login, or one because it has ended already, or lay unused for too long.
 */
type ExpectedRefresh = "successor" | "new" | "reuse" | "dead";

/** One of a login's refresh tokens. `unused`: one that was replaced before anybody used it. */
export type WhichToken = "newest" | "previous" | "first" | "unused";

/** How a code is redeemed: as it must be, or with something that isn't right. */
export type Redeeming = "right" | "wrong verifier" | "no verifier" | "wrong client" | "wrong key";

const RETRY = "a retry is answered like the first request";
const REUSE = "what is used twice by two ends the login";

const PROBLEM_OF_REPEATED = {
  approve: "already_approved",
  deny: "already_denied",
  cancel: "session_cancelled",
} as const;

/** One login on the real server: what its screen, phones, client and owner do, and the facts of it. */
export class ModelLogin {
  readonly facts: LoginFacts;
  readonly watchers: ScreenWatcher[] = [];
  readonly #world: World;
  readonly #created: CreatedSession;
  readonly #begunAt: number;
  /** Whether the client shows a key when it asks for tokens, so that they are bound to it. */
  #bound: boolean;
  readonly #scanTokens = new Map<TestPhone, string>();
  readonly #address: string;
  #tokens: RefreshToken[] = [];
  /** Refresh tokens that nobody had used when others took their place. */
  readonly #replaced: RefreshToken[] = [];
  #refreshedAt = 0;

  private constructor(world: World, created: CreatedSession, name: string, bound: boolean) {
    this.#world = world;
    this.#created = created;
    this.#begunAt = world.now;
    this.#bound = bound;
    this.#address = `2001:db8:${created.session_id.charCodeAt(0)}::1`;
    this.facts = {
      name,
      expiresAt: Date.parse(created.expires_at),
      scannedBy: [],
      snapshot: undefined,
      codes: new Set(),
      given: [],
      watchers: [],
      wrongAnswers: [],
    };
    world.keep(created.session_id);
  }

  static async begin(world: World, name: string, bound: boolean): Promise<ModelLogin> {
    const answer = await world.request("/sessions", {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({
        ...CREATION,
        scope: "openid profile offline_access",
        user_code: false,
      }),
    });
    if (answer.status !== 201) throw new Error(`not created: ${answer.body}`);
    return new ModelLogin(world, JSON.parse(answer.body) as CreatedSession, name, bound);
  }

  get id(): string {
    return this.#created.session_id;
  }

  /** The account that the login is of, or may become of. */
  get owner(): TestPhone | undefined {
    const { approval } = this.facts;
    return this.#world.people.find(({ sub }) => sub === approval?.sub);
  }

  watch(transport: Transport): void {
    const login = { created: this.#created, bearer: { Authorization: this.#bearer } };
    const watcher = new ScreenWatcher(transport, login, this.#world.send);
    this.watchers.push(watcher);
    const { snapshot } = this.facts;
    const isLate = snapshot === "gone" || (snapshot !== undefined && isTerminal(snapshot));
    this.facts.watchers.push({ watcher, isLate });
  }

  /** Asks how things stand, as a screen without a connection does. */
  async probe(): Promise<void> {
    const answer = await this.#careful(() => this.#byScreen(""));
    const { facts } = this;
    if (answer.status === 404 || answer.status === 410) {
      facts.snapshot = "gone";
      return;
    }
    facts.snapshot = parseSnapshot(answer.body);
    const { code } = facts.snapshot;
    if (code !== undefined) facts.codes.add(code);
  }

  /** Whatever comes next in a login that everybody wants, by one phone. */
  async goOn(phone: TestPhone, fate: Fate): Promise<void> {
    const { scannedBy, approval, redeemedAt } = this.facts;
    if (scannedBy.length === 0) return await this.scan(phone, fate);
    if (!approval) return await this.approve(phone, fate);
    if (redeemedAt === undefined) return await this.redeem("right", fate);
    return await this.refresh("newest", fate);
  }

  /** A phone scans the code that is shown now, with a token of its own. */
  async scan(phone: TestPhone, fate: Fate): Promise<void> {
    const token = this.#scanTokens.get(phone) ?? madeUp();
    this.#scanTokens.set(phone, token);
    const send = async () => {
      const code = await codeOf(this.#created, this.#world.now - this.#begunAt);
      return await this.#byPhone(phone, "scan", { ...code, new_scan_token: token });
    };
    const answer = await this.#withFate(
      send,
      fate,
      (first, again) => first.status === 200 && scanTokenOf(first) === scanTokenOf(again),
    );
    if (answer.status === 200) this.facts.scannedBy.push(phone.sub);
  }

  /** The phone's owner approves, with whatever is asked for. */
  async approve(phone: TestPhone, fate: Fate): Promise<void> {
    const scan_token = this.#scanTokens.get(phone) ?? madeUp();
    const looked = await this.#careful(() => this.#byPhone(phone, "scan", { scan_token }));
    const { request } =
      looked.status === 200 ? (JSON.parse(looked.body) as ScanResponse) : { request: undefined };
    const { snapshot } = this.facts;
    const match = snapshot === "gone" ? undefined : snapshot?.match;
    const body = {
      scan_token,
      ...(match?.by === "phone" ? { match: match.digits } : {}),
      ...(request?.step_up ? { assertion: await this.#assertion(phone, scan_token) } : {}),
    };
    const at = this.#world.now;
    const answer = await this.#decides(
      "approve",
      () => this.#byPhone(phone, "approve", body),
      fate,
    );
    if (answer) this.facts.approval ??= { by: phone.sub, sub: phone.sub, at };
  }

  async deny(phone: TestPhone, fate: Fate): Promise<void> {
    const scan_token = this.#scanTokens.get(phone) ?? madeUp();
    const at = this.#world.now;
    const answer = await this.#decides(
      "deny",
      () => this.#byPhone(phone, "deny", { scan_token }),
      fate,
    );
    if (answer) this.facts.denial ??= { by: phone.sub, at };
  }

  async cancel(fate: Fate): Promise<void> {
    const at = this.#world.now;
    const answer = await this.#decides("cancel", () => this.#byScreen("/cancel", "POST"), fate);
    if (answer) this.facts.cancelledAt ??= at;
  }

  /** The screen, or somebody with its code, redeems it. */
  async redeem(how: Redeeming, fate: Fate): Promise<void> {
    const [code] = this.facts.codes;
    if (code === undefined) return;
    const form = {
      grant_type: "authorization_code",
      client_id: how === "wrong client" ? "other" : "screen",
      code,
      ...(how === "no verifier" ? {} : { code_verifier: VERIFIER }),
      ...(how === "wrong verifier" ? { code_verifier: "x".repeat(43) } : {}),
    };
    const bound = how === "wrong key" ? !this.#bound : this.#bound;
    const send = () => this.#post("/token", form, bound);
    if (how === "right") return await this.#redeemRightly(send, fate);
    const answer = await this.#careful(send);
    // The login itself names no key: whoever redeems it first chooses.
    if (how === "wrong key" && this.facts.redeemedAt === undefined) {
      if (answer.status === 200) this.#bound = bound;
      return this.#took(answer);
    }
    if (answer.status === 200)
      this.#wrong("a code gives nothing without its verifier, client and key", how);
    if (how === "wrong key" && this.#isAlive) this.#ended("its code was used twice, by two keys");
  }

  /** The client refreshes with its newest token, with the one before it, or with its first. */
  async refresh(which: WhichToken, fate: Fate): Promise<void> {
    const token = this.#token(which);
    if (!token) return;
    const expected = this.#expectedRefresh(token);
    const form = { grant_type: "refresh_token", client_id: "screen", refresh_token: token.value };
    const answer = await this.#withFate(
      () => this.#post("/token", form, this.#bound),
      fate,
      (first, again) => refreshTokenOf(first) === refreshTokenOf(again),
    );
    if (answer.status === 200) return this.#rotated(token, answer, expected);
    if (expected === "successor" || expected === "new") {
      this.#wrong(
        "an honest client's refresh goes on",
        `${which}: ${answer.status} ${answer.body}`,
      );
    }
    if (expected === "reuse") this.#ended(`its ${which} refresh token was used again`);
  }

  async revoke(fate: Fate): Promise<void> {
    const token = this.#tokens.at(-1)?.value;
    if (token === undefined) return;
    const send = () => this.#post("/revoke", { client_id: "screen", token }, false);
    const answer = await this.#withFate(send, fate, isSameStatus);
    if (answer.status === 200 && this.#isAlive) this.#ended("its client revoked it");
  }

  /** Whoever approved ends the login from their phone. */
  async endByOwner(how: "end" | "not me", fate: Fate): Promise<void> {
    const { owner } = this;
    if (!owner || this.facts.given.length === 0) return;
    const url = `/account/devices/${this.id}`;
    const send = async () =>
      await answerOf(how === "end" ? owner.delete(url) : owner.post(`${url}/not-me`, {}));
    // The second time there is no such device any more: that is what was wanted.
    const isRepeated = (first: Answer, again: Answer) =>
      first.status === again.status || (first.status === 204 && again.status === 404);
    const answer = await this.#withFate(send, fate, isRepeated);
    const taken = answer.status === 204 || (answer.status === 404 && answer.repeated === true);
    if (taken && this.#isAlive) this.#ended("its owner ended it");
  }

  /** Whether its tokens are good: all of them while the login lives, and none of them afterwards. */
  async checkTokens(): Promise<void> {
    const newest = this.facts.given.at(-1);
    if (!newest) return;
    const proof = this.#bound
      ? await this.#world.key.headers("GET", "/userinfo", newest.accessToken)
      : { Authorization: `Bearer ${newest.accessToken}` };
    const path = "/userinfo";
    const answer = await this.#careful(() => this.#world.request(path, { headers: proof }));
    const fresh = this.#world.now < newest.at + ACCESS_TOKEN_TTL;
    if (this.facts.ended && answer.status === 200) {
      this.#wrong("no token outlives its login", `an access token, after ${this.facts.ended.why}`);
    }
    if (!this.facts.ended && fresh && this.#isWithinItsTime && answer.status !== 200) {
      this.#wrong(
        "an honest client's refresh goes on",
        `userinfo: ${answer.status} ${answer.body}`,
      );
    }
  }

  /** After its end no refresh token of it gives anything: all are tried. */
  async checkDeadTokens(): Promise<void> {
    if (!this.facts.ended) return;
    for (const { value } of [...this.#tokens, ...this.#replaced]) {
      const form = { grant_type: "refresh_token", client_id: "screen", refresh_token: value };
      const answer = await this.#careful(() => this.#post("/token", form, this.#bound));
      if (answer.status === 200) {
        this.#wrong(
          "no token outlives its login",
          `a refresh token, after ${this.facts.ended.why}`,
        );
      }
    }
  }

  /** Whether the account that approved lists the login, which it does as long as it lives. */
  async checkAccount(): Promise<void> {
    const { owner } = this;
    if (!owner) return;
    const answer = await this.#careful(() => answerOf(owner.get("/account/devices")));
    if (answer.status !== 200) return;
    const { devices } = JSON.parse(answer.body) as DevicesResponse;
    // One that ended without its owner is listed for a while, with its end.
    const isListed = devices.some((device) => device.sid === this.id && !("ended_at" in device));
    const lives = this.facts.given.length > 0 && this.#isAlive;
    if (isListed === lives || !this.#isWithinItsTime) return;
    this.#wrong(
      "the account lists the logins that are alive",
      isListed ? "it lists one that is not" : "it doesn't list one that is",
    );
  }

  async #redeemRightly(send: () => Promise<Answer>, fate: Fate): Promise<void> {
    const { facts } = this;
    const { approval, redeemedAt, cancelledAt } = facts;
    const { now } = this.#world;
    const sameTokens = (first: Answer, again: Answer) =>
      refreshTokenOf(first) === refreshTokenOf(again) && sidOf(first) === sidOf(again);
    const answer = await this.#withFate(send, fate, sameTokens);
    const isInTime =
      approval !== undefined && cancelledAt === undefined && now < approval.at + CODE_TTL;
    if (redeemedAt === undefined) {
      if (isInTime && answer.status !== 200) {
        this.#wrong("an honest client's code gives tokens", `${answer.status} ${answer.body}`);
      }
      return this.#took(answer);
    }
    if (!this.#isAlive) return;
    // The same request within a minute is a retry, whatever became of its refresh token.
    const [first] = this.#tokens;
    const isRetry = now - redeemedAt < CODE_RETRY;
    if (!isRetry) {
      if (answer.status === 200) this.#wrong(REUSE, "the code");
      this.#ended("its code was used again");
    } else if (answer.status !== 200 || refreshTokenOf(answer) !== first?.value) {
      this.#wrong(RETRY, `the code: ${answer.status} ${answer.body}`);
    }
  }

  /** Tokens came for the code. */
  #took(answer: Answer): void {
    if (answer.status !== 200) return;
    this.facts.redeemedAt ??= this.#world.now;
    this.#refreshedAt = this.#world.now;
    this.#tokens = [{ value: this.#give(answer).refreshToken }];
  }

  #give({ body }: Answer): GivenTokens {
    const tokens = JSON.parse(body) as Record<
      "access_token" | "id_token" | "refresh_token",
      string
    >;
    const { sid, sub = "" } = decodeJwt(tokens.id_token);
    const given = {
      sid: String(sid),
      sub,
      accessToken: tokens.access_token,
      refreshToken: tokens.refresh_token,
      at: this.#world.now,
    };
    this.facts.given.push(given);
    return given;
  }

  #token(which: WhichToken): RefreshToken | undefined {
    if (which === "newest") return this.#tokens.at(-1);
    if (which === "unused") return this.#replaced.at(-1);
    return which === "first" ? this.#tokens[0] : this.#tokens.at(-2);
  }

  /** By the rules of docs/protocol.md, and by what has been answered before. */
  #expectedRefresh(token: RefreshToken): ExpectedRefresh {
    const { now } = this.#world;
    if (!this.#isAlive || !this.#isWithinItsTime) return "dead";
    const { successor, rotatedAt = 0 } = token;
    if (token.void || successor?.successor) return "reuse";
    if (now - this.#refreshedAt >= REFRESH_TOKEN_TTL) return "dead";
    return successor && now - rotatedAt < REFRESH_RETRY ? "successor" : "new";
  }

  #rotated(token: RefreshToken, answer: Answer, expected: ExpectedRefresh): void {
    const { refreshToken } = this.#give(answer);
    if (expected === "dead") {
      this.#wrong("no token outlives its login", "a refresh token still gives tokens");
    }
    if (expected === "reuse") this.#wrong(REUSE, "a refresh token");
    const { successor } = token;
    if (successor?.value === refreshToken) return;
    if (expected === "successor") {
      this.#wrong(RETRY, "another refresh token was given");
    }
    const next = { value: refreshToken };
    if (successor) {
      successor.void = true;
      this.#replaced.push(successor);
      // It takes the place of the one that nobody used.
      this.#tokens = this.#tokens.filter((other) => other !== successor);
    }
    token.successor = next;
    token.rotatedAt = this.#world.now;
    this.#refreshedAt = this.#world.now;
    this.#tokens.push(next);
  }

  get #isAlive(): boolean {
    return this.facts.ended === undefined;
  }

  /** Whether time alone has not ended it yet: used at least every 30 days, and 90 days at most. */
  get #isWithinItsTime(): boolean {
    const { redeemedAt = 0 } = this.facts;
    return this.#world.now - Math.max(redeemedAt, this.#refreshedAt) < 29 * 24 * 3_600_000;
  }

  #ended(why: string): void {
    this.facts.ended ??= { why, at: this.#world.now };
  }

  #wrong(invariant: InvariantName, what: string): void {
    this.facts.wrongAnswers.push({ invariant, what });
  }

  /** A decision; whether it was taken. Repeated, it may also be answered that it was made before. */
  async #decides(
    what: keyof typeof PROBLEM_OF_REPEATED,
    send: () => Promise<Answer>,
    fate: Fate,
  ): Promise<boolean> {
    const before = PROBLEM_OF_REPEATED[what];
    const isRepeated = (first: Answer, again: Answer) =>
      first.status === again.status || codeIn(again) === before;
    const answer = await this.#withFate(send, fate, isRepeated);
    return answer.status < 300 || (answer.repeated === true && codeIn(answer) === before);
  }

  /**
   * Sends a request that may have no answer, and then sends it again, as a careful client does. The
   * answer is the first that says something; the second must say the same.
   */
  async #withFate(
    send: () => Promise<Answer>,
    fate: Fate,
    isSame: (first: Answer, again: Answer) => boolean,
  ): Promise<Answer> {
    if (fate === "session reset" || fate === "account reset") {
      const account = this.owner?.sub ?? this.#world.people[0]?.sub ?? "";
      const reset = this.#world.reset(fate === "session reset" ? this.id : account);
      const [first] = await Promise.all([this.#once(send), reset]);
      if (first.status < 500) return first;
      if (first.status !== 503) {
        this.#wrong(
          "a request that meets a reset object is answered 503, and can be repeated",
          `${first.status} ${first.body}`,
        );
      }
      return { ...(await this.#careful(send)), repeated: true };
    }
    const first = await this.#careful(send);
    if (fate === "answered") return first;
    const again = await this.#careful(send);
    if (first.status < 300 && !isSame(first, again)) {
      this.#wrong(RETRY, `${first.status}, then ${again.status} ${again.body}`);
    }
    return first;
  }

  /** Sends it again while the server says that it can't answer now. */
  async #careful(send: () => Promise<Answer>): Promise<Answer> {
    for (let attempt = 0; ; attempt += 1) {
      const answer = await this.#once(send);
      if (answer.status < 500 || attempt === 5) return answer;
    }
  }

  async #once(send: () => Promise<Answer>): Promise<Answer> {
    try {
      return await send();
    } catch (error) {
      return { status: 599, body: String(error) };
    }
  }

  get #bearer(): string {
    return `Bearer ${this.#created.watch_token}`;
  }

  #byScreen(path: string, method: "GET" | "POST" = "GET"): Promise<Answer> {
    const headers = { Authorization: this.#bearer, "CF-Connecting-IP": this.#address };
    return this.#world.request(`/sessions/${this.id}${path}`, { method, headers });
  }

  #byPhone(phone: TestPhone, what: string, body: object): Promise<Answer> {
    return answerOf(phone.post(`/sessions/${this.id}/${what}`, body));
  }

  async #assertion(phone: TestPhone, scan_token: string): Promise<unknown> {
    const answer = await this.#careful(() => this.#byPhone(phone, "step-up", { scan_token }));
    const { options } = JSON.parse(answer.body) as { options: Parameters<Authenticator["get"]>[0] };
    return await phone.authenticator.get(options);
  }

  async #post(path: string, form: Record<string, string>, bound: boolean): Promise<Answer> {
    return await this.#world.request(path, {
      method: "POST",
      headers: {
        "CF-Connecting-IP": this.#address,
        ...(bound ? { DPoP: await this.#world.key.proof() } : {}),
      },
      body: new URLSearchParams(form),
    });
  }
}

async function answerOf(answer: Promise<Response>): Promise<Answer> {
  const { status } = await answer;
  return { status, body: await (await answer).text() };
}

const isSameStatus = (first: Answer, again: Answer) => first.status === again.status;

function memberOf({ body }: Answer, name: string): string | undefined {
  try {
    const value: unknown = (JSON.parse(body) as Record<string, unknown>)[name];
    return typeof value === "string" ? value : undefined;
  } catch {
    return undefined;
  }
}

const codeIn = (answer: Answer) => memberOf(answer, "code");
const scanTokenOf = (answer: Answer) => memberOf(answer, "scan_token");
const refreshTokenOf = (answer: Answer) => memberOf(answer, "refresh_token");

function sidOf(answer: Answer): unknown {
  const idToken = memberOf(answer, "id_token");
  return idToken === undefined ? undefined : decodeJwt(idToken)["sid"];
}
