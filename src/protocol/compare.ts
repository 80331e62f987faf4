import * as v from "valibot";

/** What the page /compare asks of the site behind it: what callbacks have told of a login. */
export const CallbackResponse = v.object({
  /** In the order in which they came. */
  events: v.array(
    v.object({
      status: v.picklist(["approved", "redeemed", "denied", "cancelled", "expired"]),
      version: v.number(),
      /** ISO 8601, UTC. */
      received_at: v.pipe(v.string(), v.isoTimestamp()),
      /** How long the callback's body was. */
      bytes: v.number(),
    }),
  ),
  /** ISO 8601, UTC: what the site's clock says, for a page whose own says something else. */
  now: v.pipe(v.string(), v.isoTimestamp()),
});

export type CallbackResponse = v.InferOutput<typeof CallbackResponse>;
export type CallbackStatus = CallbackResponse["events"][number]["status"];
