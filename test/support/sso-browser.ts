import type { AuthenticatedUser } from "../../src/login-session/domain/authenticated-user.ts";
import { errorCodeOf } from "../../src/login-session/domain/errors.ts";
import type { ClientLogin } from "../../src/protocol/login-page.ts";
import { deviceInfoOf } from "../../src/routes/middleware/device-info.ts";
import { CHALLENGE, ISSUER, type Place } from "./api.ts";
import { embedded } from "./authorization.ts";
import { TestBrowser } from "./test-browser.ts";
import { TestScreen } from "./test-screen.ts";

/** Clients with single sign-on, and one without. */
export const SHOP = {
  client_id: "shop",
  name: "The Shop",
  redirect_uris: ["https://shop.example/back"],
  post_logout_redirect_uris: ["https://shop.example/out"],
  sso: true,
};
export const BANK = {
  client_id: "bank",
  name: "The Bank",
  redirect_uris: ["https://bank.example/back"],
  sso: true,
};
export const BLOG = {
  client_id: "blog",
  name: "The Blog",
  redirect_uris: ["https://blog.example/back"],
};

export const ADA: AuthenticatedUser = {
  sub: "ada",
  name: "Ada",
  email: "ada@example.com",
  amr: ["hwk", "user"],
};

export const COOKIE = "__Host-sso";

/** Where a browser came to. */
export type Arrival =
  /** The login page with its code: the phone is needed. */
  | { at: "code"; login: ClientLogin }
  /** The page that offers to continue. */
  | { at: "choice"; html: string; fields: URLSearchParams }
  /** The client, with these parameters. */
  | { at: "client"; uri: string; parameters: Record<string, string> }
  | { at: "page"; status: number; html: string };

/** A browser that a client sends to the authorization endpoint. */
export class SsoBrowser extends TestBrowser {
  readonly worker: Env;
  readonly #place: Place | undefined;

  constructor(worker: Env, place?: Place) {
    super({ worker, place });
    this.worker = worker;
    this.#place = place;
    this.headers["User-Agent"] =
      "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";
  }

  get cookie(): string | undefined {
    return this.cookies.get(COOKIE);
  }

  /** A browser of somebody else, which has got hold of the cookie. */
  copyCookieTo(other: SsoBrowser): void {
    if (this.cookie === undefined) throw new Error("no cookie");
    other.cookies.set(COOKIE, this.cookie);
  }

  /** Follows a client's link. */
  async visit(client: VisitedClient, request: Record<string, string> = {}): Promise<Arrival> {
    const query = new URLSearchParams({ ...requestOf(client), ...request });
    return await arrival(await this.get(`/authorize?${query.toString()}`));
  }

  /** Presses a button of the page that offers to continue. */
  async choose(
    page: Arrival,
    choice: string,
    change: Record<string, string> = {},
  ): Promise<Arrival> {
    if (page.at !== "choice") throw new Error(`no choice: ${page.at}`);
    const form = new URLSearchParams(page.fields);
    form.set("sso_choice", choice);
    for (const [name, value] of Object.entries(change)) form.set(name, value);
    return await arrival(await this.postForm("/authorize", form));
  }

  /** The phone approves, and the page goes back to the client. Returns the code. */
  async approve(
    page: Arrival,
    account: AuthenticatedUser = ADA,
    keep: boolean | undefined = true,
  ): Promise<string> {
    const screen = await this.approveOnPhone(page, account);
    if (keep !== undefined) {
      const kept = await this.send(screen, "keep", { keep });
      if (kept.status !== 204) throw new Error(`not kept: ${await kept.text()}`);
    }
    const { redirect_to } = await screen.snapshot();
    return codeIn(redirect_to ?? "");
  }

  /** The phone approves, in the place of the browser. */
  async approveOnPhone(page: Arrival, account: AuthenticatedUser = ADA): Promise<TestScreen> {
    if (page.at !== "code") throw new Error(`no code: ${page.at}`);
    const screen = new TestScreen(page.login.session, { worker: this.worker });
    const device = deviceInfoOf(new Request(ISSUER, this.#place ? { cf: { ...this.#place } } : {}));
    using scanned = await screen.stub.scan("user_code", device);
    if (!scanned.ok) throw new Error("not scanned");
    const { scan_token } = scanned.value;
    using approved = await screen.stub.approve(scan_token, { account, device });
    if (!approved.ok) throw new Error(`not approved: ${errorCodeOf(approved.error)}`);
    return screen;
  }

  /** Logs in by the phone. Returns the code. */
  async logIn(
    client: VisitedClient = SHOP,
    account: AuthenticatedUser = ADA,
    keep: boolean | undefined = true,
    request: Record<string, string> = {},
  ): Promise<string> {
    return await this.approve(await this.visit(client, request), account, keep);
  }

  /** Goes to a client for the first time, and continues. Returns the code. */
  async continueTo(client: VisitedClient): Promise<string> {
    return codeOf(await this.choose(await this.visit(client), "continue"));
  }

  async logOutPage(query = ""): Promise<Arrival> {
    return await arrival(await this.get(`/end_session${query}`));
  }
}

export type VisitedClient = { client_id: string; redirect_uris: readonly string[] };

/** A valid authorization request. */
export function requestOf({ client_id, redirect_uris }: VisitedClient): Record<string, string> {
  return {
    client_id,
    redirect_uri: redirect_uris[0] ?? "",
    response_type: "code",
    scope: "openid profile",
    code_challenge: CHALLENGE,
    code_challenge_method: "S256",
    state: "some state",
  };
}

export async function arrival(response: Response): Promise<Arrival> {
  const location = response.headers.get("Location");
  if (location !== null) {
    const url = new URL(location, ISSUER);
    const parameters = Object.fromEntries(url.searchParams);
    return { at: "client", uri: `${url.origin}${url.pathname}`, parameters };
  }
  const html = await response.clone().text();
  if (html.includes('data-state="choice"')) return { at: "choice", html, fields: fieldsOf(html) };
  if (!html.includes('id="login"')) return { at: "page", status: response.status, html };
  const login = await embedded(response);
  if (!("request" in login)) throw new Error("not a login of a client");
  return { at: "code", login };
}

export function codeOf(arrived: Arrival): string {
  if (arrived.at !== "client") throw new Error(`not at the client: ${arrived.at}`);
  const { code } = arrived.parameters;
  if (code === undefined) throw new Error(`no code: ${JSON.stringify(arrived.parameters)}`);
  return code;
}

/** The hidden fields of the form of a page. */
function fieldsOf(html: string): URLSearchParams {
  const fields = [...html.matchAll(/<input type="hidden" name="([^"]*)" value="([^"]*)">/g)];
  return new URLSearchParams(
    fields.map(([, name = "", value = ""]) => [unescaped(name), unescaped(value)]),
  );
}

function unescaped(text: string): string {
  return text
    .replaceAll("&quot;", '"')
    .replaceAll("&gt;", ">")
    .replaceAll("&lt;", "<")
    .replaceAll("&amp;", "&");
}

function codeIn(redirect: string): string {
  return new URL(redirect).searchParams.get("code") ?? "";
}
