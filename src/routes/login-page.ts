import type { Context } from "hono";
import { LOGIN_PAGE_ID, type LoginPage } from "../protocol/login-page.ts";
import { contentSecurityPolicy } from "../security-headers.ts";
import type { AppEnv } from "./app-env.ts";

/**
 * The screen page for a browser that a client has sent, with what it needs to begin at once: the code
 * is there without another request. `postsTo` is the client's address where the answer is a form.
 */
export async function loginPage(
  c: Context<AppEnv>,
  content: LoginPage,
  postsTo?: string,
): Promise<Response> {
  const page = new HTMLRewriter()
    .on("head", {
      element(head) {
        head.append(
          `<script type="application/json" id="${LOGIN_PAGE_ID}">${inertJson(content)}</script>`,
          { html: true },
        );
      },
    })
    .transform(await c.env.ASSETS.fetch(new URL("/", c.var.config.issuer)));
  c.header("Content-Type", "text/html; charset=utf-8");
  c.header("Cache-Control", "no-store");
  // A site may open the login in a window of its own, which it must find again afterwards.
  c.header("Cross-Origin-Opener-Policy", "unsafe-none");
  if (postsTo !== undefined) {
    c.header(
      "Content-Security-Policy",
      contentSecurityPolicy({ "form-action": formTargets(postsTo) }),
    );
  }
  return c.newResponse(page.body);
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
