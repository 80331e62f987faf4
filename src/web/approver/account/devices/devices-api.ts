import * as v from "valibot";
import { DevicesResponse, type Device } from "../../../../protocol/devices.ts";
import { get, post, remove } from "../../api.ts";

/** The logins on screens. All functions throw a `LoginError`. */

export async function fetchDevices(): Promise<Device[]> {
  return (await get("/account/devices", DevicesResponse)).devices;
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
