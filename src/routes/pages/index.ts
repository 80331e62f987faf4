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

/** The pages, each in its reader's language. */
export const pages = new Hono<AppEnv>();

/** The phone page has many addresses, and reads from them what is wanted: its places in the account have each their own. */
const PHONE_PAGES = ["/phone", "/devices", "/passkeys", "/history"];

/** The screen's own page begins a login with itself, so that its code needs no other request. */
pages.get("/", rejectPrefetch(), async (c) => {
  // Whoever only asks for the headers begins no login.
  if (c.req.method === "HEAD") return c.body(null, 200, pageHeaders(c));
  if (!(await isWithinRate(c, "CREATE_LIMIT"))) {
    return await messagePage(c, { status: 429, text: "tooManyLogins" });
  }
  const content = await beginOwnLogin(c).catch((error: unknown) => {
    // The page's script tries again, and says what it meets.
    console.error(error);
    return undefined;
  });
  return await loginPage(c, content);
});

pages.on("GET", PHONE_PAGES, (c) => cachedPage(c, "phone"));

/**
 * The page /compare, and the script and the style that only it uses: of the built files, no others
 * come here (`run_worker_first` in wrangler.toml).
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
 * A scanned link opens the phone page, whichever link it is. Opening it changes nothing, since whatever
 * previews links opens it too. The page itself claims the session, by a request of its own.
 *
 * A link that another site opened is no scan, so its page asks before it claims (RFC 8628 §3.3.1). The
 * page learns by an attribute of its body whether it may go on without asking: it asks unless we say
 * otherwise, and nothing that another site controls is read.
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

/** A page that is the same for everyone who reads its language: a browser may keep it, and asks whether it still is. */
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
 * A login of this page's own. Whoever begins a login keeps its verifier (RFC 7636 §4.1): that is the
 * server here, which hands it to the page with everything else that only this page may know. The
 * tokens are bound to a key of the page's all the same, when it redeems the code (RFC 9449 §5).
 */
async function beginOwnLogin(c: Context<AppEnv>): Promise<LoginPage | undefined> {
  // Where it isn't registered, nobody can log in here; the script is told so, and says it.
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
