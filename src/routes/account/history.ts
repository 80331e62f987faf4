import { Hono, type Context } from "hono";
import type { HistoryLine } from "../../accounts/audit-log/audit-log-policy.ts";
import { toCsv } from "../../lib/csv.ts";
import type { HistoryResponse, HistoryResponseEvent } from "../../protocol/responses.ts";
import type { AppEnv } from "../app-env.ts";
import { methodNotAllowed } from "../middleware/method-not-allowed.ts";
import { clientNamed, requireAccount } from "./require-account.ts";
import { ProblemError } from "../middleware/problem-response.ts";
import { limitAccountRate } from "../middleware/rate-limit.ts";

/** What happened to an account, for its owner to read and to take away. */
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
  const events = lines.map((line) => eventOf(c, line));
  if (format === "json") return c.json({ events } satisfies HistoryResponse);
  return c.body(toCsv(COLUMNS, events.map(recordOf)), 200, {
    // RFC 4180 §3.
    "Content-Type": "text/csv; charset=utf-8; header=present",
    "Content-Disposition": 'attachment; filename="history.csv"',
  });
});

history.all("/", methodNotAllowed("GET"));

function eventOf(c: Context<AppEnv>, line: HistoryLine): HistoryResponseEvent {
  const { at, clientId, ...rest } = line;
  return {
    at: new Date(at).toISOString(),
    ...rest,
    // A line that an earlier version wrote has more of the screen than its code's scanner may know.
    ...("reasons" in line ? { reasons: line.reasons.map(({ code }) => ({ code })) } : {}),
    ...(clientId === undefined ? {} : { client: clientNamed(c, clientId) }),
  };
}

function recordOf({ client, reasons, ...cells }: HistoryResponseEvent) {
  return {
    ...cells,
    client_id: client?.client_id,
    client_name: client?.name,
    reasons: reasons?.map(({ code }) => code).join(" "),
  };
}
