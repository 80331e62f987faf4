import { createMiddleware } from "hono/factory";
import type { AppEnv } from "../app-env.ts";
import { ProblemError } from "./problem-response.ts";

/** Answers 404 if /compare is switched off (`COMPARE`). */
export const requireComparison = () =>
  createMiddleware<AppEnv>(async function requireComparison(c, next) {
    if (!c.var.config.compare) throw new ProblemError("not_found");
    await next();
  });
