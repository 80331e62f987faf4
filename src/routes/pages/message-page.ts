import type { Context } from "hono";
import type { SERVER } from "../../i18n/en/server.ts";
import { SERVER_TEXTS } from "../../i18n/server-texts.ts";
import type { AppEnv } from "../app-env.ts";
import { languageOf, pageFile, pageHeaders } from "./localized-page.ts";
import { UNAVAILABLE_RETRY_AFTER } from "../middleware/problem-response.ts";

/** What a page without any script says. */
export interface MessagePage {
  status: 200 | 400 | 429 | 500 | 503;
  /** Which of the server's texts it is. */
  text: keyof typeof SERVER;
  /** For whoever builds the client: what exactly is wrong. */
  detail?: string | undefined;
}

/**
 * A page that says one thing, to a browser that has nowhere else to be. Every text is only text in it.
 * `host` is where one is; it isn't known where the configuration can't be read.
 */
export async function messagePage(
  c: Context<AppEnv>,
  { status, text, detail = "" }: MessagePage,
  host = new URL(c.var.config.issuer).host,
): Promise<Response> {
  const notice = SERVER_TEXTS[languageOf(c)].SERVER[text];
  const says = (words: string) => ({
    element(element: Element) {
      element.setInnerContent(words);
    },
  });
  const page = new HTMLRewriter()
    .on("title", says(notice.title))
    .on(".brand span", says(host))
    .on("h1", says(notice.title))
    .on(".text", says(notice.text))
    .on(".hint", says(detail))
    .transform(await pageFile(c, "notice"));
  return new Response(page.body, {
    status,
    headers: { ...pageHeaders(c), ...retryAfter(status) },
  });
}

function retryAfter(status: MessagePage["status"]): { "Retry-After"?: string } {
  if (status === 429) return { "Retry-After": "60" };
  return status === 503 ? { "Retry-After": String(UNAVAILABLE_RETRY_AFTER) } : {};
}
