import type { LoginSession } from "../../src/login-session/durable-object/login-session.ts";
import { api, post, readScan } from "./api.ts";
import { approveTyped, loginSession } from "./test-screen.ts";

/** A response of the device authorization endpoint (RFC 8628 §3.2), with our extensions. */
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

export async function beginDevice(parameters: Record<string, string> = {}): Promise<DeviceAnswer> {
  const answer = await askForDevice(parameters);
  if (answer.status !== 200) throw new Error(`no device code: ${await answer.text()}`);
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

export function objectOf(device: DeviceAnswer): DurableObjectStub<LoginSession> {
  return loginSession(device.session_id);
}

/** Types the code on a phone that is not signed in. Returns the scan token. */
export async function typeCode(device: DeviceAnswer): Promise<string> {
  const { scan_token } = await readScan(
    await post("/sessions/scan", { user_code: device.user_code }),
  );
  return scan_token;
}

export async function approveDevice(device: DeviceAnswer, sub = "ada"): Promise<void> {
  await approveTyped(objectOf(device), { sub, name: "Ada", authTime: Date.now() });
}
