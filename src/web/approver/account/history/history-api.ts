import * as v from "valibot";
import { get } from "../../api.ts";

const text = v.optional(v.string());

/** Something that happened in the account. */
const HistoryEntry = v.object({
  at: v.string(),
  type: v.string(),
  client: v.optional(v.object({ client_id: v.string(), name: v.string() })),
  browser: text,
  system: text,
  city: text,
  region: text,
  country: text,
  name: text,
  what: text,
  reasons: v.optional(v.array(v.object({ code: v.string() }))),
});

export type HistoryEntry = v.InferOutput<typeof HistoryEntry>;

const History = v.object({ events: v.array(HistoryEntry) });

/** Where the history can be downloaded. */
export const HISTORY_FILES = {
  json: "/account/history?format=json",
  csv: "/account/history?format=csv",
} as const;

/** Throws a `LoginError`. */
export async function fetchHistory(): Promise<HistoryEntry[]> {
  return (await get("/account/history", History)).events;
}
