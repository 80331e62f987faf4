import { HistoryResponse, type HistoryEntry } from "../../../../protocol/history.ts";
import { get } from "../../api.ts";

/** Addresses of the downloads. */
export const HISTORY_FILES = {
  json: "/account/history?format=json",
  csv: "/account/history?format=csv",
} as const;

/** Throws a `LoginError`. */
export async function fetchHistory(): Promise<HistoryEntry[]> {
  return (await get("/account/history", HistoryResponse)).events;
}
