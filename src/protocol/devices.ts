import * as v from "valibot";
import { ClientName } from "./client-name.ts";

/** `/account/devices`: the logins on screens. Instants are ISO 8601, UTC. */

export const Device = v.object({
  /** As in the login's tokens. */
  sid: v.string(),
  client: ClientName,
  /** The browser that it belongs to, if that stays logged in: `id` of one of the browsers. */
  browser_session: v.exactOptional(v.string()),
  browser: v.exactOptional(v.string()),
  system: v.exactOptional(v.string()),
  city: v.exactOptional(v.string()),
  region: v.exactOptional(v.string()),
  /** ISO 3166-1 alpha-2. */
  country: v.exactOptional(v.string()),
  began_at: v.string(),
  last_seen_at: v.string(),
  /** When it ends unless it is used before. */
  expires_at: v.string(),
  /**
   * When and by whom it was ended, if not by its owner: by its client (most are not authenticated), or by this server.
   * It is listed while its owner is asked whether it was theirs.
   */
  ended_at: v.exactOptional(v.string()),
  ended_by: v.exactOptional(v.picklist(["client", "server"])),
  /** Whether its owner is asked if it is theirs. */
  unconfirmed: v.boolean(),
  /** Whether it began a few minutes ago. */
  just_now: v.boolean(),
});

export type Device = v.InferOutput<typeof Device>;

/** A browser that stays logged in (single sign-on). */
export const LoggedInBrowser = v.object({
  id: v.string(),
  browser: v.exactOptional(v.string()),
  system: v.exactOptional(v.string()),
  city: v.exactOptional(v.string()),
  region: v.exactOptional(v.string()),
  /** ISO 3166-1 alpha-2. */
  country: v.exactOptional(v.string()),
  /** When the phone approved it last. */
  opened_at: v.string(),
  last_used_at: v.string(),
  /** When it ends unless it is used before. */
  expires_at: v.string(),
});

export type LoggedInBrowser = v.InferOutput<typeof LoggedInBrowser>;

/** 200 of `GET /account/devices`. The device that was used last comes first. */
export const DevicesResponse = v.object({
  devices: v.array(Device),
  /** Only if there are any. */
  browsers: v.exactOptional(v.array(LoggedInBrowser)),
});

export type DevicesResponse = v.InferOutput<typeof DevicesResponse>;
