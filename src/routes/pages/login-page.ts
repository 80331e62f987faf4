import type { Context } from "hono";
import { randomToken } from "../../lib/random.ts";
import { codeLink, rotatingCode } from "../../login-session/domain/rotating-code.ts";
import { LOGIN_PAGE_ID, type LoginPage } from "../../protocol/login-page.ts";
import type { CreatedSession } from "../../protocol/responses.ts";
import { qrSvg } from "../../lib/qr/svg.ts";
import { contentSecurityPolicy } from "../middleware/security-headers.ts";
import { SERVER_TEXTS } from "../../i18n/server-texts.ts";
import type { AppEnv } from "../app-env.ts";
import { languageOf, pageFile, pageHeaders } from "./localized-page.ts";

/**
 * The screen page, with what it needs to be of use at once: its style, the login that was begun with
 * it, and the first code, drawn. So a phone can scan it after one round trip, before any script has
 * run; the script takes over from there. A page without a login shows nothing until its script does.
 *
 * `postsTo` is the client's address where the answer is a form.
 */
export async function loginPage(
  c: Context<AppEnv>,
  content: LoginPage | undefined,
  postsTo?: string,
): Promise<Response> {
  const nonce = randomToken();
  const page = new HTMLRewriter()
    .on("style", { element: (style) => void style.setAttribute("nonce", nonce) })
    .on(".brand span", says(new URL(c.var.config.issuer).host));
  if (content && "session" in content) await drawLogin(c, page, content);
  else page.on(".view", { element: (view) => void view.remove() });
  if (content) {
    const json = `<script type="application/json" id="${LOGIN_PAGE_ID}">${inertJson(content)}</script>`;
    page.on("body", { element: (body) => void body.append(json, { html: true }) });
  }
  const isSentByClient = content !== undefined && "client_name" in content;
  // The link to /compare is left out where that page is off, and for people whom a client sent here.
  if (isSentByClient || !c.var.config.compare) {
    page.on(".aside", { element: (aside) => void aside.remove() });
  }
  if (isSentByClient) {
    // A site may open the login in a window of its own, which it must find again afterwards.
    c.header("Cross-Origin-Opener-Policy", "unsafe-none");
  }
  for (const [name, value] of Object.entries(pageHeaders(c))) c.header(name, value);
  c.header(
    "Content-Security-Policy",
    contentSecurityPolicy({
      "style-src": `'nonce-${nonce}'`,
      ...(postsTo === undefined ? {} : { "form-action": formTargets(postsTo) }),
    }),
  );
  return c.newResponse(page.transform(await pageFile(c, "screen")).body);
}

/** Draws what the page shows first, as its script would. */
async function drawLogin(
  c: Context<AppEnv>,
  page: HTMLRewriter,
  content: Extract<LoginPage, { session: unknown }>,
): Promise<void> {
  const { INVITATION } = SERVER_TEXTS[languageOf(c)];
  const link = await firstLink(content.session);
  page
    .on("main", { element: (main) => void main.setAttribute("data-state", "pending") })
    .on(".tile", {
      element(tile) {
        tile.setAttribute("data-link", link);
        tile.setInnerContent(qrSvg(link, INVITATION.qr), { html: true });
      },
    });
  if (!("client_name" in content)) {
    page.on("#back", { element: (back) => void back.remove() });
    return;
  }
  page
    .on("#back", says(INVITATION.backTo(content.client_name)))
    .on("#back", { element: (back) => void back.removeAttribute("id") })
    .on("title", says(INVITATION.title(content.client_name)))
    .on("h1", says(INVITATION.heading(content.client_name)));
}

async function firstLink({ session_id, qr }: CreatedSession): Promise<string> {
  return codeLink(qr.prefix, await rotatingCode(qr.key, session_id, 0));
}

function says(words: string): HTMLRewriterElementContentHandlers {
  return { element: (element) => void element.setInnerContent(words) };
}

/**
 * Where the form may go. Browsers hold `form-action` against every redirect that follows a form
 * (Chromium does), and where a client sends the browser next is its own business, often another
 * host: so the policy names the scheme, and the form's one address was proven before it was written.
 */
function formTargets(uri: string): string {
  return uri.startsWith("https:") ? "https:" : "http: https:";
}

/** JSON that no HTML parser can find the end of the element in, nor the beginning of anything else. */
function inertJson(content: LoginPage): string {
  return JSON.stringify(content).replaceAll("<", "\\u003c");
}
