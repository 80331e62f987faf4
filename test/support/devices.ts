import { env } from "cloudflare:workers";
import type { LoginSession } from "../../src/login-session/durable-object/login-session.ts";
import { sessionStub } from "../../src/login-session/durable-object/session-stub.ts";
import type { ScanResponse } from "../../src/protocol/responses.ts";
import { api, approve, post } from "./api.ts";

/** A television or a command line, as RFC 8628 has it, which may know us better than that. */
export interface DeviceAnswer {
  device_code: string;
  user_code: string;
  verification_uri: string;
  verification_uri_complete?: string;
  expires_in: number;
  interval: number;
  session_id: string;
  watch_token: string;
  events_endpoint: string;
}

export function askForDevice(parameters: Record<string, string> = {}): Promise<Response> {
  const body = new URLSearchParams({ client_id: "screen", ...parameters });
  return api("/device_authorization", { method: "POST", body });
}

/** A device that shows its code. */
export async function beginDevice(parameters: Record<string, string> = {}): Promise<DeviceAnswer> {
  const answer = await askForDevice(parameters);
  if (answer.status !== 200) throw new Error(`not begun: ${await answer.text()}`);
  return await answer.json<DeviceAnswer>();
}

export function pollDevice(code: string, change: Record<string, string> = {}): Promise<Response> {
  return api("/token", {
    method: "POST",
    body: new URLSearchParams({
      grant_type: "urn:ietf:params:oauth:grant-type:device_code",
      device_code: code,
      client_id: "screen",
      ...change,
    }),
  });
}

/** The session's object, where who holds the phone is not the matter. */
export function objectOf(device: DeviceAnswer): DurableObjectStub<LoginSession> {
  const stub = sessionStub(env, device.session_id);
  if (!stub) throw new Error("the session has no object");
  return stub;
}

/** Somebody types the code on their phone. Returns the scan token. */
export async function typeCode(device: DeviceAnswer): Promise<string> {
  const answer = await post("/sessions/scan", { user_code: device.user_code });
  if (answer.status !== 200) throw new Error(`not scanned: ${await answer.text()}`);
  return (await answer.json<ScanResponse>()).scan_token;
}

/** Somebody whom the code has led there approves. */
export async function approveDevice(device: DeviceAnswer, sub = "ada"): Promise<void> {
  const session = objectOf(device);
  using scanned = await session.scan("user_code", {});
  if (!scanned.ok) throw new Error(`not scanned: ${scanned.error}`);
  await approve({ stub: session }, scanned.value.scan_token, {
    sub,
    name: "Ada",
    authTime: Date.now(),
  });
}
