import type {
  AuthenticationResponseJSON,
  PublicKeyCredentialRequestOptionsJSON,
} from "@simplewebauthn/server";
import { createExecutionContext } from "cloudflare:test";
import { env, exports } from "cloudflare:workers";
import { app } from "../../src/app.ts";
import { sessionStub } from "../../src/login-session/durable-object/session-stub.ts";
import type { CreatedSession, ScanResponse } from "../../src/protocol/responses.ts";
import type { Snapshot } from "../../src/protocol/snapshot.ts";
import { api, codeOf, CREATION, ISSUER, type Begun } from "./api.ts";
import { Authenticator, type Deviations } from "./authenticator.ts";
import { Browser } from "./browser.ts";

/** Where a request comes from, as the edge tells the Worker. */
export interface Place {
  country: string;
  city?: string;
  latitude?: string;
  longitude?: string;
  asn?: number;
  asOrganization?: string;
}

/** Places of the tests. */
export const PLACES = {
  berlin: { country: "DE", city: "Berlin", latitude: "52.52", longitude: "13.40", asn: 3320 },
  potsdam: { country: "DE", city: "Potsdam", latitude: "52.40", longitude: "13.06", asn: 3320 },
  munich: { country: "DE", city: "Munich", latitude: "48.14", longitude: "11.58", asn: 3320 },
  moscow: { country: "RU", city: "Moscow", latitude: "55.75", longitude: "37.62", asn: 12389 },
  /** A rented machine in a data centre of the same city. */
  rented: { country: "DE", city: "Berlin", latitude: "52.52", longitude: "13.40", asn: 24940 },
  tor: { country: "T1", asn: 3320 },
} satisfies Record<string, Place>;

/** Where a request comes from, and by which configuration it is answered. */
export interface Setting {
  place?: Place;
  /** Another than that of wrangler.toml. */
  worker?: Env;
}

/** Sends a request in from somewhere. */
export async function sendFrom({ place, worker }: Setting, request: Request): Promise<Response> {
  const placed = place === undefined ? request : new Request(request, { cf: { ...place } });
  return worker === undefined
    ? await exports.default.fetch(placed)
    : await app.fetch(placed, worker, createExecutionContext());
}

/** A screen somewhere begins a login. */
export async function beginFrom(setting: Setting, change: object = {}): Promise<Begun> {
  const request = new Request(`${ISSUER}/sessions`, {
    method: "POST",
    headers: { "Content-Type": "application/json", "CF-Connecting-IP": "203.0.113.66" },
    body: JSON.stringify({ ...CREATION, ...change }),
  });
  const answer = await sendFrom(setting, request);
  if (answer.status !== 201) throw new Error(`not created: ${await answer.text()}`);
  const created = await answer.json<CreatedSession>();
  const stub = sessionStub(env, created.session_id);
  if (!stub) throw new Error("the session has no object");
  return { created, stub, bearer: { Authorization: `Bearer ${created.watch_token}` } };
}

/** Somebody with a phone that is signed in by a passkey of its own, through and through as in life. */
export class Owner {
  readonly browser: Browser;
  readonly authenticator: Authenticator;
  readonly sub: string;

  private constructor(browser: Browser, authenticator: Authenticator, sub: string) {
    this.browser = browser;
    this.authenticator = authenticator;
    this.sub = sub;
  }

  static async signUp(name = "Ada", setting: Setting = {}): Promise<Owner> {
    const browser = new Browser((request) => sendFrom(setting, request));
    const authenticator = await Authenticator.make(ISSUER);
    const response = await authenticator.create(await browser.registrationOptions(name));
    const answer = await browser.post("/account/register", { response });
    if (answer.status !== 201) throw new Error(`no account: ${await answer.text()}`);
    const { account } = await answer.json<{ account: { sub: string } }>();
    return new Owner(browser, authenticator, account.sub);
  }

  /** Somebody who has got hold of a phone of that account, and of a passkey. */
  static holding(browser: Browser, authenticator: Authenticator, sub: string): Owner {
    return new Owner(browser, authenticator, sub);
  }

  /** Holds the camera before the screen, `elapsed` milliseconds after it began. */
  async scans(login: Begun, elapsed = 0): Promise<ScanResponse> {
    return await readScan(await this.sends(login, "scan", await codeOf(login, elapsed)));
  }

  /** Asks again about what it has scanned. */
  async looks(login: Begun, scan_token: string): Promise<ScanResponse> {
    return await readScan(await this.sends(login, "scan", { scan_token }));
  }

  /** Uses the passkey for what was scanned. */
  async signs(
    login: Begun,
    scan_token: string,
    deviations: Deviations = {},
  ): Promise<AuthenticationResponseJSON> {
    const answer = await this.sends(login, "step-up", { scan_token });
    if (answer.status !== 200) throw new Error(`nothing to sign: ${await answer.text()}`);
    const { options } = await answer.json<{ options: PublicKeyCredentialRequestOptionsJSON }>();
    return await this.authenticator.get(options, deviations);
  }

  /** Approves, with all that is asked for: the digits that this very screen shows, and the passkey. */
  async approves(login: Begun, scan_token: string): Promise<Response> {
    const { request } = await this.looks(login, scan_token);
    const { match } = await snapshotOf(login);
    const assertion = request?.step_up ? await this.signs(login, scan_token) : undefined;
    return await this.sends(login, "approve", {
      scan_token,
      ...(match?.by === "phone" ? { match: match.digits } : {}),
      ...(assertion ? { assertion } : {}),
    });
  }

  /** What a phone page of ours does with a session. */
  sends(login: Begun, what: string, body: object): Promise<Response> {
    return this.browser.post(`/sessions/${login.created.session_id}/${what}`, body);
  }
}

export async function readScan(answer: Response): Promise<ScanResponse> {
  if (answer.status !== 200) throw new Error(`not scanned: ${await answer.text()}`);
  return await answer.json<ScanResponse>();
}

/** What the screen knows. */
export async function snapshotOf(login: Begun): Promise<Snapshot> {
  const path = `/sessions/${login.created.session_id}`;
  return await (await api(path, { headers: login.bearer })).json<Snapshot>();
}

/** A login that its owner approves on their phone, and its code. */
export async function approvedBy(owner: Owner, login: Begun): Promise<string> {
  const { scan_token } = await owner.scans(login);
  const answer = await owner.sends(login, "approve", { scan_token });
  if (answer.status !== 200) throw new Error(`not approved: ${await answer.text()}`);
  const { code } = await snapshotOf(login);
  if (code === undefined) throw new Error("no code");
  return code;
}
