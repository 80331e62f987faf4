import * as v from "valibot";
import { get, post, remove } from "../../api.ts";

const text = v.optional(v.string());

/** A screen that is logged in through the account, or was until lately. */
const Device = v.object({
  sid: v.string(),
  client: v.object({ client_id: v.string(), name: v.string() }),
  browser: text,
  system: text,
  city: text,
  region: text,
  country: text,
  began_at: v.string(),
  last_seen_at: v.string(),
  /** When and by whom it was ended, where that was not its owner. */
  ended_at: text,
  ended_by: v.optional(v.picklist(["client", "server"])),
  /** Nobody has said yet that it was them. */
  unconfirmed: v.boolean(),
  just_now: v.boolean(),
});

export type Device = v.InferOutput<typeof Device>;

const Devices = v.object({ devices: v.array(Device) });

/** The one that was used last comes first. Throws a `LoginError`, as all of these. */
export async function fetchDevices(): Promise<Device[]> {
  return (await get("/account/devices", Devices)).devices;
}

export async function confirmDevice({ sid }: Device): Promise<void> {
  await post(`/account/devices/${sid}/confirm`, {}, v.unknown());
}

/** Ends it and all that it was given, as somebody else's. */
export async function disownDevice({ sid }: Device): Promise<void> {
  await post(`/account/devices/${sid}/not-me`, {}, v.unknown());
}

export async function endDevice({ sid }: Device): Promise<void> {
  await remove(`/account/devices/${sid}`);
}

export async function endAllDevices(): Promise<void> {
  await remove("/account/devices");
}
