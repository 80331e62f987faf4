import { defined } from "../../lib/defined.ts";
import { endsAt, type BrowserSession } from "./browser-session.ts";

/** A browser that stays logged in, as its owner sees it. Instants are milliseconds since the epoch. */
export interface BrowserSummary {
  id: string;
  browser?: string;
  system?: string;
  city?: string;
  region?: string;
  country?: string;
  openedAt: number;
  lastUsedAt: number;
  /** When it ends unless it is used before. */
  expiresAt: number;
}

export function browserSummary(session: BrowserSession): BrowserSummary {
  const { id, screen, openedAt, lastUsedAt } = session;
  const { browser, system, city, region, country } = screen;
  return {
    id,
    ...defined({ browser, system, city, region, country }),
    openedAt,
    lastUsedAt,
    expiresAt: endsAt(session),
  };
}
