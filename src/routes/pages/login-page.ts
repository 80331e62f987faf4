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
 * The login page with its style, its login session and the first QR code, so that a phone can scan
 * it after one round trip, before any script runs. Without a login, the page is empty until its
 * script runs.
 *
 * `postsTo`: the redirect URI, if the response is a form post.
 */
export async function loginPage(
  c: Context<AppEnv>,
  content: LoginPage | undefined,
  postsTo?: string,
): Promise<Response> {
  const nonce = randomToken();
  const page = new HTMLRewriter()
    .on("style", { element: (style) => void style.setAttribute("nonce", nonce) })
    .on(".brand span", setText(new URL(c.var.config.issuer).host));
  if (content && "session" in content) await renderLogin(c, page, content);
  else page.on(".view", { element: (view) => void view.remove() });
  if (content) {
    const json = `<script type="application/json" id="${LOGIN_PAGE_ID}">${inertJson(content)}</script>`;
    page.on("body", { element: (body) => void body.append(json, { html: true }) });
  }
  const isSentByClient = content !== undefined && "client_name" in content;
  // The link to /compare is removed if that page is off, or a client sent the user here.
  if (isSentByClient || !c.var.config.compare) {
    page.on(".aside", { element: (aside) => void aside.remove() });
  }
  if (isSentByClient) {
    // The client may have opened the login in a popup, and needs a reference to it.
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

/** Renders the first view of the page, as its script would. */
async function renderLogin(
  c: Context<AppEnv>,
  page: HTMLRewriter,
  content: Extract<LoginPage, { session: unknown }>,
): Promise<void> {
  const { SCAN_PROMPT } = SERVER_TEXTS[languageOf(c)];
  const link = await firstLink(content.session);
  page
    .on("main", { element: (main) => void main.setAttribute("data-state", "pending") })
    .on(".tile", {
      element(tile) {
        tile.setAttribute("data-link", link);
        tile.setInnerContent(qrSvg(link, SCAN_PROMPT.qr), { html: true });
      },
    });
  if (!("client_name" in content && content.sso)) {
    page.on(".keep", { element: (keep) => void keep.remove() });
  }
  if (!("client_name" in content)) {
    page.on("#back", { element: (back) => void back.remove() });
    return;
  }
  page
    .on("#back", setText(SCAN_PROMPT.backTo(content.client_name)))
    .on("#back", { element: (back) => void back.removeAttribute("id") })
    .on("title", setText(SCAN_PROMPT.title(content.client_name)))
    .on("h1", setText(SCAN_PROMPT.heading(content.client_name)));
}

async function firstLink({ session_id, qr }: CreatedSession): Promise<string> {
  return codeLink(qr.prefix, await rotatingCode(qr.key, session_id, 0));
}

function setText(text: string): HTMLRewriterElementContentHandlers {
  return { element: (element) => void element.setInnerContent(text) };
}

/**
 * The sources of `form-action`. Chromium applies it to every redirect after the form, and a client
 * may redirect to another host, so it allows the scheme only. The URI of the form itself was
 * validated.
 */
function formTargets(uri: string): string {
  return uri.startsWith("https:") ? "https:" : "http: https:";
}

/** JSON that can't close its script element. */
function inertJson(content: LoginPage): string {
  return JSON.stringify(content).replaceAll("<", "\\u003c");
}
