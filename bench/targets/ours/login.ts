import { createHash, randomBytes } from "node:crypto";
import { jwtVerify } from "jose";
import * as v from "valibot";
import { jsonOf, send, sendForm, sendJson, type HttpAnswer } from "../../harness/http.ts";
import { check } from "../../harness/subject.ts";
import { rotatingCode } from "../../../src/login-session/domain/rotating-code.ts";
import { CreatedSession } from "../../../src/protocol/responses.ts";
import { parseSnapshot, type Snapshot } from "../../../src/protocol/snapshot.ts";
import type { Person } from "./bench-issuer.ts";
import { ISSUER, type OurServer } from "./server.ts";

/** One login at our Worker: start, scan, approval and redemption by HTTP. The transport is separate. */
export class OurLogin {
  readonly session: CreatedSession;
  readonly #server: OurServer;
  readonly #origin: string;
  readonly #person: Person;
  readonly #clientId: string;
  readonly #verifier: string;
  readonly #startedAt: number;
  #scanToken = "";

  private constructor(
    from: { server: OurServer; origin: string; person: Person; clientId: string },
    made: { session: CreatedSession; verifier: string; startedAt: number },
  ) {
    this.#server = from.server;
    this.#origin = from.origin;
    this.#person = from.person;
    this.#clientId = from.clientId;
    this.session = made.session;
    this.#verifier = made.verifier;
    this.#startedAt = made.startedAt;
  }

  static async begin(
    server: OurServer,
    clientId: string,
    origin: string = server.origin,
  ): Promise<OurLogin> {
    const person = nextPerson(server);
    const verifier = randomBytes(32).toString("base64url");
    const challenge = createHash("sha256").update(verifier).digest("base64url");
    const answer = await sendJson(`${origin}/sessions`, {
      client_id: clientId,
      code_challenge: challenge,
      code_challenge_method: "S256",
      scope: "openid profile",
      // Like our own page: without a user code.
      user_code: false,
    });
    expectStatus(answer, 201, "a session");
    const session = v.parse(CreatedSession, jsonOf(answer));
    const made = { session, verifier, startedAt: answer.at };
    return new OurLogin({ server, origin, person, clientId }, made);
  }

  get url(): string {
    return `${this.#origin}/sessions/${this.session.session_id}`;
  }

  get watchHeaders(): Record<string, string> {
    return { Authorization: `Bearer ${this.session.watch_token}` };
  }

  /** The phone scans the current code. */
  async scan(): Promise<void> {
    const { session_id, qr } = this.session;
    const period = Math.floor((performance.now() - this.#startedAt) / 1000 / qr.period);
    const code = await rotatingCode(qr.key, session_id, period);
    const answer = await sendJson(`${this.url}/scan`, code, this.#phoneHeaders());
    expectStatus(answer, 200, "a scan");
    this.#scanToken = v.parse(ScanAnswer, jsonOf(answer)).scan_token;
  }

  async approve(): Promise<number> {
    const sentAt = performance.now();
    const body = { scan_token: this.#scanToken };
    const answer = await sendJson(`${this.url}/approve`, body, this.#phoneHeaders());
    expectStatus(answer, 200, "an approval");
    v.parse(Approved, jsonOf(answer));
    return sentAt;
  }

  /** Whether a snapshot has the approval. Fails if the snapshot is wrong. */
  isApproval({ session_id, status }: Snapshot): boolean {
    check(session_id === this.session.session_id, "A screen got the snapshot of another login.");
    check(["pending", "scanned", "approved"].includes(status), `A login ended as ${status}.`);
    return status === "approved";
  }

  /** The current snapshot. */
  async snapshot(signal?: AbortSignal): Promise<Snapshot> {
    const headers = this.watchHeaders;
    const answer = await send(this.url, { headers, ...(signal ? { signal } : {}) });
    expectStatus(answer, 200, "a snapshot");
    return parseSnapshot(answer.text);
  }

  /** Redeems the code. Returns the time when the tokens arrived, and checks them after that. */
  async redeem(code: string | undefined): Promise<number> {
    check(code !== undefined, "The screen got an approval without a code.");
    const answer = await sendForm(`${this.#origin}/token`, {
      grant_type: "authorization_code",
      code,
      code_verifier: this.#verifier,
      client_id: this.#clientId,
    });
    expectStatus(answer, 200, "tokens");
    const tokens = v.parse(Tokens, jsonOf(answer));
    const { payload } = await jwtVerify(tokens.id_token, this.#server.jwks, {
      issuer: ISSUER,
      audience: this.#clientId,
    });
    check(payload.sub === this.#person.sub, "The tokens belong to another user.");
    check(payload["sid"] === this.session.session_id, "The tokens belong to another login.");
    return answer.at;
  }

  #phoneHeaders(): Record<string, string> {
    return { Authorization: `Bearer ${this.#person.accessToken}` };
  }
}

const ScanAnswer = v.object({ scan_token: v.string(), request: v.object({ scope: v.string() }) });
const Approved = v.object({ status: v.literal("approved") });
const Tokens = v.object({ id_token: v.string(), access_token: v.string() });

const turns = new WeakMap<OurServer, number>();

/** People log in in turn, so that two logins at the same time are never of the same person. */
function nextPerson(server: OurServer): Person {
  const turn = turns.get(server) ?? 0;
  turns.set(server, turn + 1);
  const { people } = server.issuer;
  const person = people[turn % people.length];
  if (!person) throw new Error("there are no people");
  return person;
}

export function expectStatus({ status, text }: HttpAnswer, expected: number, what: string): void {
  check(status === expected, `Instead of ${what}: ${status} ${text.slice(0, 300)}`);
}

export function codeOf({ code }: { code?: string }): { code?: string } {
  return code === undefined ? {} : { code };
}
