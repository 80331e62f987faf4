import type { Context } from "hono";

/** The parameters that a browser has posted, or undefined where the body is no form. */
export async function postedForm(c: Context): Promise<URLSearchParams | undefined> {
  const type = c.req.header("Content-Type") ?? "";
  if (!/^application\/x-www-form-urlencoded\s*(;|$)/i.test(type)) return undefined;
  return new URLSearchParams(new TextDecoder().decode(await c.req.arrayBuffer()));
}
