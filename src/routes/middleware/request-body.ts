import type { Context } from "hono";
import * as v from "valibot";
import { ProblemError } from "./problem-response.ts";

/** An empty JSON body. It is required because another site's form can't send JSON (CSRF). */
export const NoBody = v.strictObject({});

/** Reads a JSON body by a schema. The error names each wrong member. */
export async function jsonBody<Schema extends v.GenericSchema>(
  c: Context,
  schema: Schema,
): Promise<v.InferOutput<Schema>> {
  if (!/^application\/json\s*(;|$)/i.test(c.req.header("Content-Type") ?? "")) {
    throw new ProblemError("unsupported_media_type");
  }
  const body: unknown = await c.req.json().catch(() => {
    throw new ProblemError("invalid_request", { detail: "The body is not JSON." });
  });
  const result = v.safeParse(schema, body);
  if (result.success) return result.output;
  throw new ProblemError("invalid_request", {
    detail: result.issues.map(describe).join("; "),
  });
}

/** Which member is wrong and why, without its value. */
function describe(issue: v.BaseIssue<unknown>): string {
  const member = v.getDotPath(issue) ?? "The body";
  if (issue.received === "undefined") return `${member} is missing`;
  if (issue.expected === "never") return `${member} is not a known member`;
  return `${member} is not as documented`;
}
