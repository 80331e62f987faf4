import type { Context } from "hono";
import * as v from "valibot";
import { ProblemError } from "./problem-response.ts";

/** What says nothing: it is there because only a request with a JSON body is one that no form of another site can make. */
export const NoBody = v.strictObject({});

/** Reads a JSON body by a schema. What doesn't fit is refused by naming the member that is wrong. */
export async function jsonBody<Schema extends v.GenericSchema>(
  c: Context,
  schema: Schema,
): Promise<v.InferOutput<Schema>> {
  if (!/^application\/json\s*(;|$)/i.test(c.req.header("Content-Type") ?? "")) {
    throw new ProblemError("unsupported_media_type");
  }
  const body: unknown = await c.req.json().catch(() => {
    throw new ProblemError("invalid_request", "The body is not JSON.");
  });
  const result = v.safeParse(schema, body);
  if (result.success) return result.output;
  throw new ProblemError("invalid_request", result.issues.map(describe).join("; "));
}

/** Which member is wrong and why, without repeating what was sent. */
function describe(issue: v.BaseIssue<unknown>): string {
  const member = v.getDotPath(issue) ?? "The body";
  if (issue.received === "undefined") return `${member} is missing`;
  if (issue.expected === "never") return `${member} is not a known member`;
  return `${member} is not as documented`;
}
