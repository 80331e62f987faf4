import type { Context } from "hono";
import type { SignedOn } from "../../accounts/browser-sessions/browser-sessions.ts";
import { SERVER_TEXTS } from "../../i18n/server-texts.ts";
import { consentOf } from "../../login-session/domain/consent.ts";
import type { SessionParameters } from "../../login-session/domain/session.ts";
import { contentSecurityPolicy } from "../middleware/security-headers.ts";
import { CHOICE, CHOICE_SESSION } from "../oauth/sso-choice.ts";
import type { AppEnv } from "../app-env.ts";
import { languageOf, pageFile, pageHeaders } from "./localized-page.ts";

/** A page with a question and a form that works without a script. */
interface ChoicePage {
  title: string;
  text: string;
  /** What it is about. */
  items: string[];
  /** Where the form is posted. */
  action: string;
  /** Hidden fields. */
  fields: [string, string][];
  /** The buttons of the form: their value of `sso_choice`, and their text. */
  buttons: [value: string, text: string][];
  /** The sources that the form may lead to. */
  formTargets: string;
}

/** Asks whether to continue as the person who is logged in on this browser. */
export async function accountChoicePage(
  c: Context<AppEnv>,
  { client, redirectUri, signedOn, login, fields }: AccountChoice,
): Promise<Response> {
  const texts = SERVER_TEXTS[languageOf(c)].SSO;
  const { account } = signedOn;
  const name = account.name ?? account.email;
  const consent = consentOf(login, account);
  const claims = consent.claims.map((claim) =>
    claim === "sub" ? texts.claims.sub : texts.claims[claim](account[claim] ?? ""),
  );
  const isRenewable = consent.access === "offline_access" && consent.expires_in !== undefined;
  const access = isRenewable ? [texts.staysLoggedIn(days(c, consent.expires_in))] : [];
  // The client may have opened the login in a popup, and needs a reference to it.
  c.header("Cross-Origin-Opener-Policy", "unsafe-none");
  return await choicePage(c, {
    title: texts.choose.title(client),
    text: texts.choose.text(client),
    items: [...claims, ...access],
    action: "/authorize",
    fields,
    buttons: [
      ["continue", texts.choose.continueAs(name)],
      ["other", texts.choose.other],
      ["decline", texts.choose.back(client)],
    ],
    // Chromium applies form-action to the redirects after the form as well.
    formTargets: `'self' ${new URL(redirectUri).protocol} https:`,
  });
}

export interface AccountChoice {
  /** The client's name. */
  client: string;
  redirectUri: string;
  signedOn: SignedOn;
  login: SessionParameters;
  fields: [string, string][];
}

/** Asks before a browser is logged out (RP-Initiated Logout §2). `sites`: the names of the clients. */
export async function logoutPage(
  c: Context<AppEnv>,
  { browserSession, sites, fields }: LogoutChoice,
): Promise<Response> {
  const texts = SERVER_TEXTS[languageOf(c)].SSO.logOut;
  return await choicePage(c, {
    title: texts.title,
    text: sites.length === 0 ? texts.nothing : texts.text,
    items: sites,
    action: "/end_session",
    fields: [...fields, [CHOICE_SESSION, browserSession]],
    buttons: [["log_out", texts.confirm]],
    formTargets: "'self'",
  });
}

export interface LogoutChoice {
  browserSession: string;
  sites: string[];
  /** Of the request, to be sent again. */
  fields: [string, string][];
}

async function choicePage(c: Context<AppEnv>, page: ChoicePage): Promise<Response> {
  const list = page.items.map((item) => `<li>${escapeHtml(item)}</li>`).join("");
  const hidden = page.fields.map(
    ([name, value]) =>
      `<input type="hidden" name="${escapeHtml(name)}" value="${escapeHtml(value)}">`,
  );
  const buttons = page.buttons.map(
    ([value, text], index) =>
      `<button class="button ${BUTTONS[index] ?? "link"}" name="${CHOICE}" value="${value}">${escapeHtml(text)}</button>`,
  );
  const html = (content: string) => ({
    element: (element: Element) => void element.setInnerContent(content, { html: true }),
  });
  const rewritten = new HTMLRewriter()
    .on("title", html(escapeHtml(page.title)))
    .on(".brand span", html(escapeHtml(new URL(c.var.config.issuer).host)))
    .on("h1", html(escapeHtml(page.title)))
    .on(".text", html(escapeHtml(page.text)))
    .on("ul", html(list))
    .on("form", html([...hidden, ...buttons].join("")))
    .on("form", { element: (form) => void form.setAttribute("action", page.action) })
    .transform(await pageFile(c, "choice"));
  for (const [name, value] of Object.entries(pageHeaders(c))) c.header(name, value);
  // With "no-referrer" the form would be sent with `Origin: null` (Fetch §3.1), and be refused.
  c.header("Referrer-Policy", "same-origin");
  const policy = contentSecurityPolicy({ "form-action": page.formTargets });
  c.header("Content-Security-Policy", policy);
  return c.newResponse(rewritten.body);
}

/** A time in days, in words. */
function days(c: Context<AppEnv>, seconds = 0): string {
  const format = { style: "unit", unit: "day", unitDisplay: "long" } as const;
  return new Intl.NumberFormat(languageOf(c), format).format(Math.ceil(seconds / 86_400));
}

/** The kinds of the buttons, in their order. */
const BUTTONS = ["primary", "plain"];

function escapeHtml(text: string): string {
  return text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;");
}
