import * as v from "valibot";

/** What the server thinks of a login, and why (`Risk` of the heart), as it comes over the wire. */

const count = v.pipe(v.number(), v.integer(), v.minValue(0));
const km = v.pipe(v.number(), v.minValue(0));

const KnownReason = v.variant("code", [
  v.object({ code: v.literal("same_network") }),
  v.object({ code: v.literal("same_city") }),
  v.object({ code: v.literal("distance"), km }),
  v.object({ code: v.literal("far_apart"), km }),
  v.object({ code: v.literal("another_country"), screen: v.string(), phone: v.string() }),
  v.object({ code: v.literal("hosting_network"), network: v.optional(v.string()) }),
  v.object({ code: v.literal("anonymous_network") }),
  v.object({ code: v.literal("place_hidden") }),
  v.object({ code: v.literal("place_unknown") }),
  v.object({ code: v.literal("new_device") }),
  v.object({ code: v.literal("first_login") }),
  v.object({ code: v.literal("many_tries"), count }),
  v.object({ code: v.literal("code_repeated"), count }),
  v.object({ code: v.literal("foreign_network") }),
]);

/** A reason that came into being after this page was loaded is not passed over: it is told of in general. */
const Reason = v.fallback(v.union([KnownReason, v.object({ code: v.literal("unheard_of") })]), {
  code: "unheard_of",
});

export type Reason = v.InferOutput<typeof Reason>;

export const Risk = v.object({
  verdict: v.picklist(["allow", "verify", "block"]),
  reasons: v.array(Reason),
});

export type Risk = v.InferOutput<typeof Risk>;
