import * as v from "valibot";
import { ClientName } from "./client-name.ts";

/** `/account/history`: the audit log of an account. */

export const HistoryEntry = v.object({
  /** ISO 8601, UTC. */
  at: v.string(),
  /** A page may be older than the server, so unknown types are accepted. */
  type: v.string(),
  client: v.exactOptional(ClientName),
  sid: v.exactOptional(v.string()),
  browser: v.exactOptional(v.string()),
  system: v.exactOptional(v.string()),
  city: v.exactOptional(v.string()),
  /** ISO 3166-1 alpha-2. */
  country: v.exactOptional(v.string()),
  /** Of the passkey that it is about. */
  name: v.exactOptional(v.string()),
  /** The type of an attack. */
  what: v.exactOptional(v.string()),
  /** Why a login was refused. */
  reasons: v.exactOptional(v.array(v.object({ code: v.string() }))),
});

export type HistoryEntry = v.InferOutput<typeof HistoryEntry>;

/** 200 of `GET /account/history`. The newest entry comes first. */
export const HistoryResponse = v.object({ events: v.array(HistoryEntry) });

export type HistoryResponse = v.InferOutput<typeof HistoryResponse>;
