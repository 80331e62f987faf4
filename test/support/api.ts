import { createExecutionContext } from "cloudflare:test";
import { env, exports } from "cloudflare:workers";
import { app } from "../../src/app.ts";
import { encodeBase64url } from "../../src/lib/base64url.ts";
import type { ScanResponse } from "../../src/protocol/responses.ts";

/** Requests to the Worker, and the configuration and location that they are sent with. */

export const ISSUER = "http://localhost:8787";

export function api(path: string, init?: RequestInit): Promise<Response> {
  return exports.default.fetch(new Request(`${ISSUER}${path}`, init));
}

export function post(path: string, body: unknown, headers: HeadersInit = {}): Promise<Response> {
  const all = new Headers(headers);
  all.set("Content-Type", "application/json");
  return api(path, { method: "POST", headers: all, body: JSON.stringify(body) });
}

/** The status and the code of an error response. */
export async function problemOf(response: Response): Promise<[number, unknown]> {
  const body = await response.json<{ code?: unknown; error?: unknown; status?: number }>();
  if ((body.status ?? response.status) !== response.status) throw new Error("two statuses");
  return [response.status, body.code ?? body.error];
}

export async function readScan(response: Response): Promise<ScanResponse> {
  if (response.status !== 200) throw new Error(`not scanned: ${await response.text()}`);
  return await response.json<ScanResponse>();
}

/** RFC 7636, appendix B. */
export const VERIFIER = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
export const CHALLENGE = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

export const CREATION = {
  client_id: "screen",
  code_challenge: CHALLENGE,
  code_challenge_method: "S256",
};

export function redeem(code: string, change: Record<string, string> = {}): Promise<Response> {
  return api("/token", {
    method: "POST",
    body: new URLSearchParams({
      grant_type: "authorization_code",
      code,
      code_verifier: VERIFIER,
      client_id: "screen",
      ...change,
    }),
  });
}

/** A well-formed token or id that was never issued. */
export function madeUp(): string {
  return encodeBase64url(crypto.getRandomValues(new Uint8Array(32)));
}

/** A location as the edge provides it (`request.cf`). */
export type Place = Record<string, unknown>;

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
export const PLACES = {
  berlin: BERLIN,
  potsdam: { country: "DE", city: "Potsdam", latitude: "52.40", longitude: "13.06", asn: 3320 },
  munich: { country: "DE", city: "Munich", latitude: "48.14", longitude: "11.58", asn: 3320 },
  moscow: MOSCOW,
  /** A hosting provider in the same city. */
  rented: { ...BERLIN, asn: 24940, asOrganization: "Hetzner" },
  tor: { country: "T1", asn: 3320 },
};

/** Where a request comes from, and the configuration of the Worker that receives it. */
export interface Setting {
  place?: Place | undefined;
  /** Default: the configuration of wrangler.toml. */
  worker?: Env | undefined;
}

export async function sendFrom({ place, worker }: Setting, request: Request): Promise<Response> {
  const placed = place === undefined ? request : new Request(request, { cf: { ...place } });
  return worker === undefined
    ? await exports.default.fetch(placed)
    : await app.fetch(placed, worker, createExecutionContext());
}

/** The bindings with other settings. */
export function withConfig(settings: Record<string, unknown>): Env {
  return { ...env, ...settings };
}

interface ClientSettings {
  client_id: string;
  [setting: string]: unknown;
}

/** The bindings with only these clients. */
export function withClients(...clients: ClientSettings[]): Env {
  return withConfig({
    CLIENTS: clients.map((client) => ({ name: client.client_id, ...client })),
  });
}

/** The bindings with one more client, `shop`, that has this policy. */
export function withPolicy(policy: object, settings: Record<string, unknown> = {}): Env {
  const shop = { client_id: "shop", name: "The Shop", policy };
  return withConfig({ CLIENTS: [...env.CLIENTS, shop], ...settings });
}
