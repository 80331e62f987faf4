import * as v from "valibot";
import { TerminalStatus } from "./snapshot.ts";

/** The statuses that a client's callback is sent for. */
export const CallbackStatus = v.picklist(["approved", ...TerminalStatus.options]);

export type CallbackStatus = v.InferOutput<typeof CallbackStatus>;

/** 200 of `GET /compare/callbacks/:id`: the callbacks that arrived for a login, on the page /compare. */
export const CallbackResponse = v.object({
  /** In the order of their arrival. */
  events: v.array(
    v.object({
      status: CallbackStatus,
      version: v.number(),
      /** ISO 8601, UTC. */
      received_at: v.pipe(v.string(), v.isoTimestamp()),
      /** Length of the callback's body. */
      bytes: v.number(),
    }),
  ),
  /** ISO 8601, UTC: the server's clock, because the browser's may be wrong. */
  now: v.pipe(v.string(), v.isoTimestamp()),
});

export type CallbackResponse = v.InferOutput<typeof CallbackResponse>;
