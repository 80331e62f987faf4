import type { Context } from "hono";
import { formText, isUtf8Form } from "../../oidc/utf8-form.ts";

/** The parameters of a posted form; undefined if the body is not a form in UTF-8. */
export async function postedForm(c: Context): Promise<URLSearchParams | undefined> {
  const type = c.req.header("Content-Type") ?? "";
  if (!/^application\/x-www-form-urlencoded\s*(;|$)/i.test(type)) return undefined;
  const text = formText(await c.req.arrayBuffer());
  return text === undefined ? undefined : new URLSearchParams(text);
}

/** The parameters of the query; undefined if they are not UTF-8. */
export function queryOf(c: Context): URLSearchParams | undefined {
  const { search, searchParams } = new URL(c.req.url);
  return isUtf8Form(search) ? searchParams : undefined;
}
