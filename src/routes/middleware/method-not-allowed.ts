import type { Context } from "hono";
import { problemResponse } from "./problem-response.ts";

/** Answers 405 with the allowed methods (RFC 9110 §15.5.6). */
export const methodNotAllowed = (...allowed: string[]) =>
  function methodNotAllowed(_c: Context): Response {
    const answer = problemResponse("method_not_allowed");
    answer.headers.set("Allow", allowed.join(", "));
    return answer;
  };
