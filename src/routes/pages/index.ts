import { Hono, type Context } from "hono";
import { sha256 } from "../../lib/digest.ts";
import { randomToken } from "../../lib/random.ts";
import { OWN_CLIENT_ID, OWN_SCOPE, type LoginPage } from "../../protocol/login-page.ts";
import { DIRECT_NAVIGATION, NAVIGATION_ATTRIBUTE } from "../../protocol/phone-page.ts";
import type { AppEnv } from "../app-env.ts";
import { clientParameters } from "../sessions/session-params.ts";
import { isDirectNavigation } from "./direct-navigation.ts";
import { methodNotAllowed } from "../middleware/method-not-allowed.ts";
import { startSession } from "../sessions/start-session.ts";
import { messagePage } from "./message-page.ts";
import { pageFile, pageHeaders, type PageName } from "./localized-page.ts";
import { rejectPrefetch } from "../middleware/reject-prefetch.ts";
import { ProblemError } from "../middleware/problem-response.ts";
import { isWithinRate } from "../middleware/rate-limit.ts";
import { requireComparison } from "../middleware/require-comparison.ts";
import { loginPage } from "./login-page.ts";

/** The pages, in the user's language. */
export const pages = new Hono<AppEnv>();

/** The URLs of the approver page: its script shows the account page of the URL. */
const PHONE_PAGES = ["/phone", "/devices", "/passkeys", "/history"];

/** The first-party login page. It starts a login, so that the page shows its code without another request. */
pages.get("/", rejectPrefetch(), async (c) => {
  // HEAD must not start a login.
  if (c.req.method === "HEAD") return c.body(null, 200, pageHeaders(c));
  if (!(await isWithinRate(c, "CREATE_LIMIT"))) {
    return await messagePage(c, { status: 429, text: "tooManyLogins" });
  }
  const content = await startFirstPartyLogin(c).catch((error: unknown) => {
    // The page's script tries again, and shows the error.
    console.error(error);
    return undefined;
  });
  return await loginPage(c, content);
});

pages.on("GET", PHONE_PAGES, (c) => cachedPage(c, "phone"));

/**
 * The page /compare with its script and style. The Worker serves no other built files
 * (`run_worker_first` in wrangler.toml).
 */
const COMPARISON_FILES = "/built/:file";
pages.use("/compare", requireComparison());
pages.use(COMPARISON_FILES, requireComparison());
pages.get("/compare", (c) => cachedPage(c, "compare"));
pages.get(COMPARISON_FILES, async (c) => {
  const file = await c.env.ASSETS.fetch(c.req.raw);
  if (file.status >= 400) throw new ProblemError("not_found");
  return new Response(file.body, file);
});

/**
 * The link of a QR code opens the approver page. GET changes nothing, since link previews open it
 * too; the page's script claims the session.
 *
 * If another site opened the link, the page asks the user first (RFC 8628 §3.3.1). It goes on
 * without asking only if an attribute of its body, which no other site controls, says that the user
 * opened the link.
 */
pages.get("/q/:code", rejectPrefetch(), async (c) => {
  const page = await pageFile(c, "phone");
  const marked = isDirectNavigation(c)
    ? new HTMLRewriter()
        .on("body", {
          element: (body) => void body.setAttribute(NAVIGATION_ATTRIBUTE, DIRECT_NAVIGATION),
        })
        .transform(page)
    : page;
  const headers = { ...pageHeaders(c), Vary: "Accept-Language, Sec-Fetch-Site" };
  return new Response(marked.body, { status: page.status, headers });
});

for (const path of ["/", ...PHONE_PAGES, "/compare", COMPARISON_FILES, "/q/:code"]) {
  pages.all(path, methodNotAllowed("GET"));
}

/** A page that is the same for every user of its language: a browser may store it, and revalidates it. */
async function cachedPage(c: Context<AppEnv>, name: PageName): Promise<Response> {
  const known = c.req.header("If-None-Match");
  const page = await pageFile(c, name, known === undefined ? {} : { "If-None-Match": known });
  const etag = page.headers.get("ETag");
  return new Response(page.body, {
    status: page.status,
    headers: {
      ...pageHeaders(c),
      "Cache-Control": "private, no-cache",
      ...(etag === null ? {} : { ETag: etag }),
    },
  });
}

/**
 * Starts a login of the first-party page. The server creates the PKCE verifier (RFC 7636 §4.1) and
 * sends it to the page. The page redeems the code with a DPoP key of its own (RFC 9449 §5).
 */
async function startFirstPartyLogin(c: Context<AppEnv>): Promise<LoginPage | undefined> {
  // If the client is not registered, the script shows that nobody can log in here.
  const client = c.var.config.clients.get(OWN_CLIENT_ID);
  if (!client) return undefined;
  const [verifier, nonce] = [randomToken(), randomToken()];
  const codeChallenge = await sha256(verifier);
  const session = await startSession(c, {
    ...clientParameters(c, client, OWN_SCOPE),
    nonce,
    begunBy: { grant: "authorization_code", codeChallenge },
  });
  return { own: { verifier, nonce }, session };
}
