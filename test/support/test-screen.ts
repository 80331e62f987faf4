import { env } from "cloudflare:workers";
import {
  codeLink,
  parseCodeLink,
  periodAt,
  rotatingCode,
} from "../../src/login-session/domain/rotating-code.ts";
import type { AuthenticatedUser } from "../../src/login-session/domain/authenticated-user.ts";
import { errorCodeOf } from "../../src/login-session/domain/errors.ts";
import type { LoginSession } from "../../src/login-session/durable-object/login-session.ts";
import { sessionStub } from "../../src/login-session/durable-object/session-stub.ts";
import type { CreatedSession } from "../../src/protocol/responses.ts";
import type { Snapshot } from "../../src/protocol/snapshot.ts";
import { CREATION, ISSUER, post, readScan, sendFrom, type Setting } from "./api.ts";
import { TestBrowser } from "./test-browser.ts";

/** A screen that shows the code of a login session. */
export class TestScreen {
  readonly created: CreatedSession;
  readonly stub: DurableObjectStub<LoginSession>;
  readonly bearer: { Authorization: string };
  /** Holds the cookie with the watch token. */
  readonly browser: TestBrowser;
  readonly #setting: Setting;

  constructor(created: CreatedSession, setting: Setting = {}, browser = new TestBrowser(setting)) {
    this.created = created;
    this.stub = loginSession(created.session_id, setting.worker);
    this.bearer = { Authorization: `Bearer ${created.watch_token}` };
    this.browser = browser;
    this.#setting = setting;
  }

  /** Creates a session. A screen with a place also has an IP address. */
  static async begin(
    change: object = {},
    { headers = {}, ...setting }: Setting & { headers?: HeadersInit } = {},
  ): Promise<TestScreen> {
    const all = new Headers(headers);
    all.set("Content-Type", "application/json");
    if (setting.place && !all.has("CF-Connecting-IP")) all.set("CF-Connecting-IP", "203.0.113.66");
    const body = JSON.stringify({ ...CREATION, ...change });
    const request = new Request(`${ISSUER}/sessions`, { method: "POST", headers: all, body });
    const response = await sendFrom(setting, request);
    if (response.status !== 201) throw new Error(`not created: ${await response.text()}`);
    const browser = new TestBrowser(setting);
    browser.storeCookies(response);
    return new TestScreen(await response.json<CreatedSession>(), setting, browser);
  }

  /** The cookie with the watch token, as the screen's browser sends it. */
  get cookie(): string {
    return `__Host-watch_tokens=${this.created.session_id}.${this.created.watch_token}`;
  }

  path(step: string): string {
    return `/sessions/${this.created.session_id}/${step}`;
  }

  /** The content of the QR code, `elapsed` milliseconds after the session was created. */
  code(elapsed = 0): Promise<QrCode> {
    return codeOf(this.created, elapsed);
  }

  async snapshot(): Promise<Snapshot> {
    const request = new Request(`${ISSUER}/sessions/${this.created.session_id}`, {
      headers: this.bearer,
    });
    return await (await sendFrom({ worker: this.#setting.worker }, request)).json<Snapshot>();
  }

  /** Scans the code by a phone that is not signed in. Returns the scan token. */
  async scan(): Promise<string> {
    const response = await post(this.path("scan"), await this.code());
    return (await readScan(response)).scan_token;
  }

  /** Approves by the Durable Object, as an approver that the Worker has authenticated. */
  async approve(scanToken: string, who?: string | AuthenticatedUser): Promise<void> {
    await approve(this.stub, scanToken, who);
  }
}

export interface QrCode {
  t: number;
  mac: string;
}

export async function codeOf(
  { qr, session_id }: Pick<CreatedSession, "qr" | "session_id">,
  elapsed = 0,
): Promise<QrCode> {
  const code = await rotatingCode(qr.key, session_id, periodAt(elapsed));
  const read = parseCodeLink(codeLink(qr.prefix, code));
  if (!read) throw new Error("the link can't be read");
  return { t: read.t, mac: read.mac };
}

/** An account without earlier logins. */
export const NO_HISTORY = { known: [], logins: 0 };

export async function approve(
  stub: DurableObjectStub<LoginSession>,
  scanToken: string,
  who: string | AuthenticatedUser = "ada",
): Promise<void> {
  const account = typeof who === "string" ? { sub: who, name: "Ada", amr: ["hwk", "user"] } : who;
  using approved = await stub.approve(scanToken, { account, device: {} });
  if (!approved.ok) throw new Error(`not approved: ${errorCodeOf(approved.error)}`);
}

/** Approves a login whose code was typed. */
export async function approveTyped(
  stub: DurableObjectStub<LoginSession>,
  account?: AuthenticatedUser,
): Promise<void> {
  using scanned = await stub.scan("user_code", {});
  if (!scanned.ok) throw new Error("not scanned");
  await approve(stub, scanned.value.scan_token, account);
}

export function loginSession(id: string, worker: Env = env): DurableObjectStub<LoginSession> {
  const stub = sessionStub(worker, id);
  if (!stub) throw new Error("not a session id");
  return stub;
}
