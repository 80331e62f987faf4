import * as v from "valibot";

/** The client of a login. If it is no longer registered, its id is used as its name. */
export const ClientName = v.object({ client_id: v.string(), name: v.string() });

export type ClientName = v.InferOutput<typeof ClientName>;
