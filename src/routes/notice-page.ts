import type { Context } from "hono";
import type { AppEnv } from "./app-env.ts";

/** What a page without any script says. */
export interface Notice {
  status: 200 | 400 | 429;
  title: string;
  text: string;
  /** For whoever builds the client: what exactly is wrong. */
  detail?: string;
}

/** A page that says one thing, to a browser that has nowhere else to be. Every text is only text in it. */
export async function noticePage(
  c: Context<AppEnv>,
  { status, title, text, detail = "" }: Notice,
): Promise<Response> {
  const { issuer } = c.var.config;
  const says = (words: string) => ({
    element(element: Element) {
      element.setInnerContent(words);
    },
  });
  const page = new HTMLRewriter()
    .on("title", says(title))
    .on(".brand span", says(new URL(issuer).host))
    .on("h1", says(title))
    .on(".text", says(text))
    .on(".hint", says(detail))
    .transform(await c.env.ASSETS.fetch(new URL("/notice", issuer)));
  return new Response(page.body, {
    status,
    headers: {
      "Content-Type": "text/html; charset=utf-8",
      "Cache-Control": "no-store",
      ...(status === 429 ? { "Retry-After": "60" } : {}),
    },
  });
}
