import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { accountStub } from "../../src/accounts/account-stub.ts";
import { app } from "../../src/app.ts";
import { sessionStub } from "../../src/login-session/durable-object/session-stub.ts";
import type { CreatedSession, ScanResponse } from "../../src/protocol/responses.ts";
import type { Snapshot } from "../../src/protocol/snapshot.ts";
import { codeOf, CREATION, type Begun } from "./api.ts";
import { Authenticator, type Deviations } from "./authenticator.ts";
import { Browser, ISSUER } from "./browser.ts";

/** Where requests come from, as the edge tells it (`request.cf`). */
export const BERLIN = {
  country: "DE",
  city: "Berlin",
  region: "Berlin",
  latitude: "52.52000",
  longitude: "13.40500",
  asn: 3320,
  asOrganization: "Deutsche Telekom AG",
};
export const MOSCOW = {
  country: "RU",
  city: "Moscow",
  region: "Moscow",
  latitude: "55.75220",
  longitude: "37.61560",
  asn: 12389,
  asOrganization: "Rostelecom",
};

export type Place = Record<string, unknown>;

/** The Worker as it is where one client, `shop`, has this policy. */
export function shopWith(policy: object, more: object = {}): Env {
  const shop = { client_id: "shop", name: "The Shop", policy };
  return { ...env, CLIENTS: [...env.CLIENTS, shop], ...more };
}

/** A browser somewhere. */
export function browserAt(place: Place | undefined, worker: Env = env): Browser {
  return new Browser((request) =>
    app.fetch(place ? new Request(request, { cf: place }) : request, worker),
  );
}

export interface Person {
  phone: Browser;
  passkey: Authenticator;
  sub: string;
}

/** Somebody with a passkey account, on their phone somewhere. */
export async function personAt(
  place: Place | undefined,
  worker: Env = env,
  deviations: Deviations = {},
): Promise<Person> {
  const phone = browserAt(place, worker);
  const passkey = await Authenticator.make(ISSUER);
  const response = await passkey.create(await phone.registrationOptions(), deviations);
  const answer = await phone.post("/account/register", { response });
  const { account } = await answer.json<{ account: { sub: string } }>();
  return { phone, passkey, sub: account.sub };
}

/** A screen somewhere, which shows a code. */
export async function screenAt(
  place: Place | undefined,
  worker: Env = env,
  clientId = "shop",
  headers: Record<string, string> = {},
): Promise<Begun & { browser: Browser; path: (step: string) => string }> {
  const browser = browserAt(place, worker);
  browser.headers = { ...browser.headers, ...headers };
  const answer = await browser.post("/sessions", { ...CREATION, client_id: clientId });
  if (answer.status !== 201) throw new Error(`not created: ${await answer.text()}`);
  const created = await answer.json<CreatedSession>();
  const stub = sessionStub(worker, created.session_id);
  if (!stub) throw new Error("the session has no object");
  return {
    created,
    stub,
    bearer: { Authorization: `Bearer ${created.watch_token}` },
    browser,
    path: (step) => `/sessions/${created.session_id}/${step}`,
  };
}

export type Screen = Awaited<ReturnType<typeof screenAt>>;

/** A phone scans what the screen shows. */
export async function scanWith(phone: Browser, screen: Screen): Promise<ScanResponse> {
  const answer = await phone.post(screen.path("scan"), await codeOf(screen));
  if (answer.status !== 200) throw new Error(`not scanned: ${await answer.text()}`);
  return await answer.json<ScanResponse>();
}

/** What the screen is told. */
export async function snapshotOf(screen: Screen): Promise<Snapshot> {
  return await (
    await screen.browser.get(`/sessions/${screen.created.session_id}`)
  ).json<Snapshot>();
}

/** What the account's owner will read in its history, after how the account began. */
export async function eventsOf(sub: string): Promise<Record<string, unknown>[]> {
  const events = await runInDurableObject(accountStub(env, sub), (_, { storage }) =>
    Array.from(
      storage.kv.list<Record<string, unknown>>({ prefix: "event:" }),
      ([, event]) => event,
    ),
  );
  return events.filter(({ type }) => type !== "account_created");
}
