import type { Context } from "hono";
import type { Attack } from "../accounts/history-event.ts";
import { note } from "../accounts/note.ts";
import type { AppEnv } from "./app-env.ts";
import { deviceOf } from "./device.ts";

/** Tells an account's owner, in its history, of what smells of an attack. The one who asks doesn't wait for it. */
export function noteAttack(c: Context<AppEnv>, sub: string, what: Attack): void {
  const { browser, system, city, country } = deviceOf(c.req.raw);
  const sid = c.req.param("id");
  c.executionCtx.waitUntil(
    note(c.env, sub, {
      type: "attack",
      what,
      ...(sid === undefined ? {} : { sid }),
      ...(browser === undefined ? {} : { browser }),
      ...(system === undefined ? {} : { system }),
      ...(city === undefined ? {} : { city }),
      ...(country === undefined ? {} : { country }),
    }),
  );
}
