import type { Context } from "hono";
import type { Attack } from "../accounts/history-event.ts";
import { note } from "../accounts/note.ts";
import type { AccountClaims } from "../login/session.ts";
import type { AppEnv } from "./app-env.ts";
import { deviceOf } from "./device.ts";

/** Tells an account's owner, in its history, of what smells of an attack. */
export async function noteAttack(
  c: Context<AppEnv>,
  { sub, phone }: AccountClaims,
  what: Attack,
): Promise<void> {
  const { browser, system, city, country } = deviceOf(c.req.raw);
  const sid = c.req.param("id");
  const about = {
    ...(sid === undefined ? {} : { sid }),
    ...(browser === undefined ? {} : { browser }),
    ...(system === undefined ? {} : { system }),
    ...(city === undefined ? {} : { city }),
    ...(country === undefined ? {} : { country }),
  };
  await note(c.env, sub, { type: "attack", what, ...about }, phone);
}
