import * as v from "valibot";
import { Token256 } from "./random-token.ts";

/** The bodies of the session API's responses to the screen. Those to the phone are in a file that screens don't load. */

export type { DecisionResponse, ScanResponse } from "./phone-responses.ts";

/** 201 of `POST /sessions`. */
export const CreatedSession = v.object({
  session_id: Token256,
  watch_token: Token256,
  status: v.literal("pending"),
  version: v.literal(1),
  expires_at: v.pipe(v.string(), v.isoTimestamp()),
  /** Seconds from now: correct even if the clocks differ. */
  expires_in: v.number(),
  qr: v.object({
    /** How the link in the QR code begins. */
    prefix: v.string(),
    /** Key of the rotating code, base64url of 32 bytes. */
    key: Token256,
    /** Seconds that one code is shown. */
    period: v.number(),
  }),
  /** The code for people who can't scan, if the request asked for one. */
  user_code: v.exactOptional(v.string()),
});

export type CreatedSession = v.InferOutput<typeof CreatedSession>;

/** 200 of `POST /sessions/:id/user-code`. */
export const UserCodeResponse = v.object({ user_code: v.string() });

export type UserCodeResponse = v.InferOutput<typeof UserCodeResponse>;

/** Whom a login was for. One that isn't configured any more has its id for a name. */
export interface ClientName {
  client_id: string;
  name: string;
}

/** 200 of `GET /account/devices`: the one that was used last comes first. All instants are ISO 8601, UTC. */
export interface DevicesResponse {
  devices: {
    /** The login's name, as `sid` in its tokens. */
    sid: string;
    client: ClientName;
    browser?: string;
    system?: string;
    city?: string;
    region?: string;
    country?: string;
    began_at: string;
    last_seen_at: string;
    /** When it ends unless it is used again before, or ended. */
    expires_at: string;
    /**
     * When and by whom it was ended, where that was not its owner: by its client, or whoever passed for it; or by
     * this server. It is listed while its owner is asked whether it was theirs.
     */
    ended_at?: string;
    ended_by?: "client" | "server";
    /** Its owner has not said yet that it is theirs. */
    unconfirmed: boolean;
    just_now: boolean;
  }[];
}

/** 200 of `GET /account/phones`: the one that was seen last comes first. */
export interface PhonesResponse {
  phones: {
    id: string;
    browser?: string;
    system?: string;
    city?: string;
    country?: string;
    signed_in_at: string;
    /** To the day. */
    last_seen_at: string;
    /** How it came in. */
    by: "passkey" | "another_phone" | "recovery_code";
    /** Whether it is the phone that asks. */
    current: boolean;
    /** It came in lately, and may not change yet what the account is entered with. */
    unconfirmed: boolean;
  }[];
}

export interface PasskeyResponse {
  id: string;
  name: string;
  created_at: string;
  last_used_at: string;
  /** Whether it is kept in more than one place. */
  synced: boolean;
  /** Whether this phone is signed in by it. */
  current: boolean;
}

/** 200 of `GET /account/passkeys`. */
export interface PasskeysResponse {
  passkeys: PasskeyResponse[];
  recovery_code: { made_at: string } | null;
}

/** 200 of `GET /account/history`: the newest comes first. */
export interface HistoryResponse {
  events: HistoryResponseEvent[];
}

export interface HistoryResponseEvent {
  at: string;
  type: string;
  client?: ClientName;
  sid?: string;
  browser?: string;
  system?: string;
  city?: string;
  country?: string;
  /** Of the passkey that it is about. */
  name?: string;
  /** What sort of attack. */
  what?: string;
  reasons?: { code: string }[];
}
