import type { Context } from "hono";
import type { SERVER } from "../../i18n/en/server.ts";
import { SERVER_TEXTS } from "../../i18n/server-texts.ts";
import type { AppEnv } from "../app-env.ts";
import { languageOf, pageFile, pageHeaders } from "./localized-page.ts";
import { UNAVAILABLE_RETRY_AFTER } from "../middleware/problem-response.ts";

/** The content of a page without a script. */
export interface MessagePage {
  status: 200 | 400 | 429 | 500 | 503;
  text: keyof typeof SERVER;
  /** For the developer of the client. */
  detail?: string | undefined;
  /** A link to another site. */
  back?: { name: string; href: string };
}

/** A page with one message. `host`: shown as the server's name; unknown if the configuration is invalid. */
export async function messagePage(
  c: Context<AppEnv>,
  { status, text, detail = "", back }: MessagePage,
  host = new URL(c.var.config.issuer).host,
): Promise<Response> {
  const { SERVER, SCAN_PROMPT } = SERVER_TEXTS[languageOf(c)];
  const notice = SERVER[text];
  const setText = (text: string) => ({
    element(element: Element) {
      element.setInnerContent(text);
    },
  });
  const page = new HTMLRewriter()
    .on("title", setText(notice.title))
    .on(".brand span", setText(host))
    .on("h1", setText(notice.title))
    .on(".text", setText(notice.text))
    .on(".hint", setText(detail))
    .on("a", {
      element(link) {
        if (back)
          link.setAttribute("href", back.href).setInnerContent(SCAN_PROMPT.backTo(back.name));
        else link.remove();
      },
    })
    .transform(await pageFile(c, "notice"));
  // Keeps headers that were set before, such as a cookie.
  return c.newResponse(page.body, status, { ...pageHeaders(c), ...retryAfter(status) });
}

function retryAfter(status: MessagePage["status"]): { "Retry-After"?: string } {
  if (status === 429) return { "Retry-After": "60" };
  return status === 503 ? { "Retry-After": String(UNAVAILABLE_RETRY_AFTER) } : {};
}
