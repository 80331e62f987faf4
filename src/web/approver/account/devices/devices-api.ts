import * as v from "valibot";
import {
  DevicesResponse,
  type Device,
  type LoggedInBrowser,
} from "../../../../protocol/devices.ts";
import { get, post, remove } from "../../api.ts";

/** The logins on screens. All functions throw a `LoginError`. */

export async function fetchDevices(): Promise<DevicesResponse> {
  return await get("/account/devices", DevicesResponse);
}

/** Ends all logins of a browser that stays logged in. */
export async function endBrowser({ id }: LoggedInBrowser): Promise<void> {
  await remove(`/account/devices/browsers/${id}`);
}

export async function confirmDevice({ sid }: Device): Promise<void> {
  await post(`/account/devices/${sid}/confirm`, {}, v.unknown());
}

/** Ends a login as somebody else's. */
export async function disownDevice({ sid }: Device): Promise<void> {
  await post(`/account/devices/${sid}/not-me`, {}, v.unknown());
}

export async function endDevice({ sid }: Device): Promise<void> {
  await remove(`/account/devices/${sid}`);
}

export async function endAllDevices(): Promise<void> {
  await remove("/account/devices");
}
