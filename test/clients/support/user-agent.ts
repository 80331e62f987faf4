import type { PhoneApp } from "../../e2e/support/phone-app.ts";
import { readVisit } from "../../e2e/support/visitor.ts";
import { phoneFor, provider } from "./provider.ts";
import type { ClientId } from "./registrations.ts";

/**
 * The browser of a person with a phone: it keeps cookies and follows redirects, and when a site sends
 * it to the provider, the person approves on the phone.
 */
export class UserAgent {
  /** The number of logins that were approved. */
  logins = 0;
  readonly #phone: PhoneApp;
  readonly #cookies = new Map<string, string>();

  constructor(client: ClientId) {
    this.#phone = phoneFor(client);
  }

  /** Opens an address. Returns the last response, which redirects nowhere. */
  async open(address: string | URL, init: RequestInit = {}): Promise<Response> {
    let request = new Request(address, init);
    for (;;) {
      const response = await this.#send(request);
      const next = await this.#continue(new URL(request.url), response);
      if (next === undefined) return response;
      request = next instanceof URL ? new Request(next) : next;
    }
  }

  /** Opens an authorization request. Returns the redirect URI with the response. */
  async authorize(request: string | URL): Promise<URL> {
    const url = new URL(request);
    const back = await this.#continue(url, await this.#send(new Request(url)));
    if (!(back instanceof URL)) throw new Error("there is no redirect URI");
    return back;
  }

  /** Submits a form. */
  post(address: string | URL, form: Record<string, string>): Promise<Response> {
    return this.open(address, { method: "POST", body: new URLSearchParams(form) });
  }

  async json<Body = Record<string, unknown>>(address: string | URL): Promise<Body> {
    const response = await this.open(address);
    const text = await response.text();
    if (!response.ok) throw new Error(`${response.url}: ${response.status} ${text}`);
    return JSON.parse(text) as Body;
  }

  /** The active logins of the person. */
  async activeLogins(): Promise<string[]> {
    const devices = await this.#phone.devices();
    return devices.filter(({ ended_at }) => ended_at === undefined).map(({ sid }) => sid);
  }

  /** Ends the only login on the phone. */
  async endLogin(): Promise<void> {
    for (const sid of await this.activeLogins()) await this.#phone.endDevice(sid);
  }

  /** What the account's history calls attacks. */
  async attacks(): Promise<unknown[]> {
    const events = await this.#phone.history();
    return events.filter(({ type }) => type === "attack");
  }

  async #send(request: Request): Promise<Response> {
    const cookies = Array.from(this.#cookies, ([name, value]) => `${name}=${value}`);
    request.headers.set("Cookie", cookies.join("; "));
    const response = await fetch(request, { redirect: "manual" });
    for (const cookie of response.headers.getSetCookie()) this.#store(cookie);
    return response;
  }

  #store(cookie: string): void {
    const [pair = "", ...attributes] = cookie.split(/; */);
    const [, name = "", value = ""] = /^([^=]*)=(.*)$/.exec(pair) ?? [];
    const isDeleted = attributes.some((attribute) => {
      const [key = "", text = ""] = attribute.split("=");
      if (/^max-age$/i.test(key)) return Number(text) <= 0;
      return /^expires$/i.test(key) && Date.parse(text) <= Date.now();
    });
    if (isDeleted) this.#cookies.delete(name);
    else this.#cookies.set(name, value);
  }

  /** Where a response sends the browser. */
  async #continue(url: URL, response: Response): Promise<URL | Request | undefined> {
    const location = response.headers.get("Location");
    if (response.status >= 300 && response.status < 400 && location !== null)
      return new URL(location, url);
    if (url.origin !== provider.issuer || url.pathname !== "/authorize") return undefined;
    const { created, comesBack } = readVisit(url, response.status, await response.text());
    await this.#phone.decide("approve", await this.#phone.scan(created));
    this.logins += 1;
    return await comesBack();
  }
}
