import { createHash, randomBytes } from "node:crypto";
import type { createLocalJWKSet } from "jose";
import { jwtVerify } from "jose";
import * as v from "valibot";
import { jsonOf } from "../../../bench/harness/http.ts";
import { rotatingCode } from "../../../src/login-session/domain/rotating-code.ts";
import { CreatedSession } from "../../../src/protocol/responses.ts";
import { parseSnapshot } from "../../../src/protocol/snapshot.ts";
import type { SeededRandom } from "../support/seeded-random.ts";
import { ClientKey } from "./client-key.ts";
import type { Network, NetworkAnswer } from "./network.ts";
import type { Phone } from "./phones.ts";
import type { LoginPlan } from "./plan.ts";
import type { Connect } from "./screens/watch.ts";
import { Watch } from "./screens/watch.ts";
import type { LoginReport } from "./verdict.ts";

/** A client of the run, as its screens present it. */
export interface SoakClient {
  clientId: string;
  secret?: string;
}

/** What is around a login. */
export interface LoginWorld {
  network: Network;
  issuer: string;
  keys: ReturnType<typeof createLocalJWKSet>;
  client: SoakClient;
  connect: Connect;
  phone: Phone;
  /** Milliseconds. */
  sessionTtl: number;
  random: SeededRandom;
}

/** Milliseconds that a screen waits for what must come soon, an outage included. */
const SOON = 45_000;

/** Plays one login as it is planned, and reports what was seen of it. */
export async function playLogin(world: LoginWorld, plan: LoginPlan): Promise<LoginReport> {
  const login = new Login(world, plan);
  try {
    await login.play();
    login.report.finished = true;
  } catch (error) {
    login.report.failure = error instanceof Error ? error.message : String(error);
  }
  await login.stop();
  return login.report;
}

const ScanAnswer = v.object({
  scan_token: v.string(),
  request: v.object({
    match: v.optional(v.object({ by: v.string() })),
    step_up: v.optional(v.boolean()),
  }),
});

const Tokens = v.object({
  access_token: v.string(),
  id_token: v.string(),
  refresh_token: v.string(),
});

type Tokens = v.InferOutput<typeof Tokens>;

const Problem = v.object({ code: v.string() });

class Login {
  readonly report: LoginReport;
  readonly #world: LoginWorld;
  readonly #plan: LoginPlan;
  readonly #key: ClientKey | undefined;
  readonly #verifier = randomBytes(32).toString("base64url");
  #session: CreatedSession | undefined;
  #begunAt = 0;
  #watch: Watch | undefined;

  constructor(world: LoginWorld, plan: LoginPlan) {
    this.#world = world;
    this.#plan = plan;
    this.#key = plan.bound ? new ClientKey() : undefined;
    const { index, transport, decision } = plan;
    const { sub } = world.phone;
    this.report = {
      ...{ index, transport, decision, sub },
      ...{ acknowledged: false, finished: false, gone: false },
      ...{ told: [], tokens: [] },
    };
  }

  async play(): Promise<void> {
    await this.#begin();
    const { decision, scans } = this.#plan;
    if (decision === "expire") {
      if (scans) await this.#scan();
      // Nobody decides, which nobody can fail to do.
      this.report.acknowledged = true;
      return await this.#hearEnd(this.#world.sessionTtl + SOON);
    }
    if (decision === "cancel") {
      if (scans) await this.#scan();
      await this.#cancel();
      return await this.#hearEnd(SOON);
    }
    const scanToken = await this.#scan();
    if (decision === "deny") {
      await this.#decide("deny", { scan_token: scanToken }, "already_denied");
      return await this.#hearEnd(SOON);
    }
    await this.#approve(scanToken);
    const tokens = await this.#redeem(await this.#code());
    await this.#refresh(tokens);
  }

  async stop(): Promise<void> {
    if (!this.#watch) return;
    this.report.told = this.#watch.told;
    this.report.gone = this.#watch.gone;
    await this.#watch.stop();
  }

  /** A screen whose first request had no answer begins anew: nobody knows of the session before. */
  async #begin(): Promise<void> {
    const { client, network, connect, random } = this.#world;
    const answer = await this.#send(() => ({
      method: "POST",
      path: "/sessions",
      ...json({
        client_id: client.clientId,
        code_challenge: createHash("sha256").update(this.#verifier).digest("base64url"),
        code_challenge_method: "S256",
        scope: "openid profile offline_access",
        user_code: false,
      }),
    }));
    expect(answer, [201]);
    this.#begunAt = answer.at;
    const session = v.parse(CreatedSession, jsonOf(answer));
    this.#session = session;
    this.report.sessionId = session.session_id;
    const watched = { sessionId: session.session_id, watchToken: session.watch_token };
    this.#watch = new Watch(connect, { network, session: watched }, random);
  }

  /** The phone draws its scan token, so that a scan without an answer can be sent again. */
  async #scan(): Promise<string> {
    const { session_id, qr } = this.#created;
    const drawn = randomBytes(32).toString("base64url");
    const answer = await this.#send(async () => {
      const period = Math.floor((performance.now() - this.#begunAt) / 1000 / qr.period);
      const { t, mac } = await rotatingCode(qr.key, session_id, period);
      return this.#byPhone("scan", { t, mac, new_scan_token: drawn });
    });
    expect(answer, [200]);
    return v.parse(ScanAnswer, jsonOf(answer)).scan_token;
  }

  /** With whatever is asked for: digits from the screen, and the passkey once more. */
  async #approve(scanToken: string): Promise<void> {
    const scan_token = scanToken;
    const looked = await this.#send(() => this.#byPhone("scan", { scan_token }));
    expect(looked, [200]);
    const { request } = v.parse(ScanAnswer, jsonOf(looked));
    const digits = request.match?.by === "phone" ? await this.#digits() : undefined;
    const assertion = request.step_up === true ? await this.#signs(scanToken) : undefined;
    await this.#decide(
      "approve",
      {
        scan_token,
        ...(digits === undefined ? {} : { match: digits }),
        ...(assertion === undefined ? {} : { assertion }),
      },
      "already_approved",
    );
  }

  /** `before`: what a repeated decision is answered, if the first one had got through. */
  async #decide(what: "approve" | "deny", body: object, before: string): Promise<void> {
    const answer = await this.#send(() => this.#byPhone(what, body));
    const got = answer.repeated && codeOf(answer) === before;
    if (!got) expect(answer, [200]);
    this.report.acknowledged = true;
  }

  async #cancel(): Promise<void> {
    const answer = await this.#send(() => this.#byScreen("/cancel", "POST"));
    const got = answer.repeated && codeOf(answer) === "session_cancelled";
    if (!got) expect(answer, [204]);
    this.report.acknowledged = true;
  }

  async #digits(): Promise<string> {
    const answer = await this.#send(() => this.#byScreen(""));
    expect(answer, [200]);
    const { match } = parseSnapshot(answer.text);
    if (match?.by !== "phone") throw new Error("The screen shows no digits.");
    return match.digits;
  }

  async #signs(scanToken: string): Promise<unknown> {
    const { authenticator } = this.#world.phone;
    if (!authenticator) throw new Error("A step-up is asked of a phone without a passkey.");
    const answer = await this.#send(() => this.#byPhone("step-up", { scan_token: scanToken }));
    expect(answer, [200]);
    const { options } = jsonOf(answer) as {
      options: Parameters<typeof authenticator.get>[0];
    };
    return await authenticator.get(options);
  }

  /** A callback tells no code: whoever may watch asks for it. */
  async #code(): Promise<string> {
    const told = await this.#watched.first(({ status }) => status === "approved", SOON);
    if (!told) throw new Error(`The approval was not told: ${this.#statuses}.`);
    if (told.code !== undefined) return told.code;
    const answer = await this.#send(() => this.#byScreen(""));
    expect(answer, [200]);
    const { code } = parseSnapshot(answer.text);
    if (code === undefined) throw new Error("The snapshot has no code.");
    return code;
  }

  async #redeem(code: string): Promise<Tokens> {
    const form = { grant_type: "authorization_code", code, code_verifier: this.#verifier };
    return await this.#takeTokens(form);
  }

  /** A few times, each by several tabs at once now and then: all of them go on with what they got. */
  async #refresh(first: Tokens): Promise<void> {
    let token = first.refresh_token;
    for (const tabs of this.#plan.refreshes) {
      const form = { grant_type: "refresh_token", refresh_token: token };
      const all = await Promise.all(Array.from({ length: tabs }, () => this.#takeTokens(form)));
      token = all.at(-1)?.refresh_token ?? token;
    }
  }

  async #takeTokens(form: Record<string, string>): Promise<Tokens> {
    const { client, issuer, keys } = this.#world;
    const path = "/token";
    const answer = await this.#send(async () => ({
      method: "POST",
      path,
      headers: {
        "Content-Type": "application/x-www-form-urlencoded",
        ...(client.secret === undefined ? {} : basic(client.clientId, client.secret)),
        ...(this.#key ? { DPoP: await this.#key.proof("POST", `${issuer}${path}`) } : {}),
      },
      body: new URLSearchParams({
        ...form,
        ...(client.secret === undefined ? { client_id: client.clientId } : {}),
      }).toString(),
    }));
    if (answer.status !== 200) {
      const lost = answer.repeated ? "repeated " : "";
      throw new Error(`${lost}${form["grant_type"]}: ${answer.status} ${answer.text}`);
    }
    const tokens = v.parse(Tokens, jsonOf(answer));
    const { payload } = await jwtVerify(tokens.id_token, keys, {
      issuer,
      audience: client.clientId,
    });
    this.report.tokens.push({ sub: payload.sub ?? "", sid: String(payload["sid"]) });
    return tokens;
  }

  async #hearEnd(limit: number): Promise<void> {
    await this.#watched.first(() => false, limit);
    if (!this.#watched.isOver) throw new Error(`The end was not told: ${this.#statuses}.`);
  }

  get #created(): CreatedSession {
    if (!this.#session) throw new Error("The login has not begun.");
    return this.#session;
  }

  get #watched(): Watch {
    if (!this.#watch) throw new Error("The login has not begun.");
    return this.#watch;
  }

  get #statuses(): string {
    return this.#watched.statuses.join(", ") || "nothing was";
  }

  #byPhone(what: string, body: object) {
    const { headers } = this.#world.phone;
    const path = `/sessions/${this.#created.session_id}/${what}`;
    const { headers: type, ...rest } = json(body);
    return { method: "POST" as const, path, headers: { ...headers, ...type }, ...rest };
  }

  #byScreen(what: string, method: "GET" | "POST" = "GET") {
    const headers = { Authorization: `Bearer ${this.#created.watch_token}` };
    return { method, path: `/sessions/${this.#created.session_id}${what}`, headers };
  }

  #send(make: Parameters<Network["request"]>[1]): Promise<NetworkAnswer> {
    return this.#world.network.request(this.#world.random, make);
  }
}

function json(body: object): { headers: Record<string, string>; body: string } {
  return { headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) };
}

/** RFC 6749 §2.3.1. */
function basic(clientId: string, secret: string): { Authorization: string } {
  const credentials = `${encodeURIComponent(clientId)}:${encodeURIComponent(secret)}`;
  return { Authorization: `Basic ${Buffer.from(credentials).toString("base64")}` };
}

function codeOf({ text }: NetworkAnswer): string | undefined {
  try {
    const problem = v.safeParse(Problem, JSON.parse(text));
    return problem.success ? problem.output.code : undefined;
  } catch {
    return undefined;
  }
}

function expect(answer: NetworkAnswer, statuses: readonly number[]): void {
  if (statuses.includes(answer.status)) return;
  const repeated = answer.repeated ? " (repeated)" : "";
  throw new Error(`Unexpected answer${repeated}: ${answer.status} ${answer.text.slice(0, 300)}`);
}
