import { Hono, type Context } from "hono";
import type { HistoryLine } from "../../accounts/audit-log/audit-log-policy.ts";
import { toCsv } from "../../lib/csv.ts";
import { defined } from "../../lib/defined.ts";
import type { HistoryEntry, HistoryResponse } from "../../protocol/history.ts";
import type { AppEnv } from "../app-env.ts";
import { methodNotAllowed } from "../middleware/method-not-allowed.ts";
import { ProblemError } from "../middleware/problem-response.ts";
import { limitAccountRate } from "../middleware/rate-limit.ts";
import { clientNamed, requireAccount } from "./require-account.ts";

/** The audit log of an account, for its owner to read and to download. */
export const history = new Hono<AppEnv>();

const COLUMNS = [
  ...["at", "type", "client_id", "client_name", "sid", "browser", "system", "city", "country"],
  ...["name", "what", "reasons"],
];

history.get("/", limitAccountRate(), async (c) => {
  const format = c.req.query("format") ?? "json";
  if (format !== "json" && format !== "csv") {
    throw new ProblemError("invalid_request", { detail: "format is json or csv." });
  }
  const { account } = await requireAccount(c);
  const lines = await account.history();
  const events = lines.map((line) => toEntry(c, line));
  if (format === "json") return c.json({ events } satisfies HistoryResponse);
  return c.body(toCsv(COLUMNS, events.map(toRecord)), 200, {
    // RFC 4180 §3.
    "Content-Type": "text/csv; charset=utf-8; header=present",
    "Content-Disposition": 'attachment; filename="history.csv"',
  });
});

history.all("/", methodNotAllowed("GET"));

function toEntry(c: Context<AppEnv>, line: HistoryLine): HistoryEntry {
  const { at, clientId, ...rest } = line;
  return {
    at: new Date(at).toISOString(),
    ...rest,
    // An earlier version stored more about the screen with each reason than its owner should see.
    ...("reasons" in line ? { reasons: line.reasons.map(({ code }) => ({ code })) } : {}),
    ...defined({ client: clientId === undefined ? undefined : clientNamed(c, clientId) }),
  };
}

function toRecord({ client, reasons, ...cells }: HistoryEntry) {
  return {
    ...cells,
    client_id: client?.client_id,
    client_name: client?.name,
    reasons: reasons?.map(({ code }) => code).join(" "),
  };
}
