import { send, type HttpAnswer } from "../harness/http.ts";

/** A minimal browser for logging in: cookies, redirects and forms. */
export class Visitor {
  readonly #cookies = new Map<string, { name: string; path: string; value: string }>();
  readonly #origin: string;

  constructor(origin: string) {
    this.#origin = origin;
  }

  get(url: string): Promise<HttpAnswer> {
    return this.#visit(url, "GET");
  }

  /** Submits a form like a browser, with some fields filled in. */
  async submit(page: HttpAnswer, filled: Record<string, string> = {}): Promise<HttpAnswer> {
    const form = formOf(page.text);
    return this.#visit(form.action, "POST", { ...form.fields, ...filled });
  }

  /** The cookies for a path. */
  cookiesFor(path: string): string {
    return Array.from(this.#cookies.values())
      .filter((cookie) => path.startsWith(cookie.path))
      .map(({ name, value }) => `${name}=${value}`)
      .join("; ");
  }

  /** Stores the cookies of an answer. */
  keep({ headers }: HttpAnswer): void {
    for (const text of headers["set-cookie"] ?? []) {
      const [pair = "", ...attributes] = text.split(";");
      const [name = "", value = ""] = pair.split(/=(.*)/s);
      const attribute = (wanted: string) =>
        attributes
          .map((item) => item.trim().split("="))
          .find(([key]) => key?.toLowerCase() === wanted)?.[1];
      const path = attribute("path") ?? "/";
      const expires = attribute("expires");
      const key = `${name} ${path}`;
      if (value === "" || (expires !== undefined && Date.parse(expires) < Date.now())) {
        this.#cookies.delete(key);
      } else {
        this.#cookies.set(key, { name, path, value });
      }
    }
  }

  async #visit(
    address: string,
    method: string,
    fields?: Record<string, string>,
  ): Promise<HttpAnswer> {
    let [url, verb, form] = [new URL(address, this.#origin), method, fields];
    for (let hops = 0; hops < 10; hops += 1) {
      const answer = await send(url.href, {
        method: verb,
        headers: {
          Accept: "text/html",
          Cookie: this.cookiesFor(url.pathname),
          ...(form ? { "Content-Type": "application/x-www-form-urlencoded" } : {}),
        },
        ...(form ? { body: new URLSearchParams(form).toString() } : {}),
      });
      this.keep(answer);
      const { location } = answer.headers;
      if (location === undefined) return answer;
      [url, verb, form] = [new URL(location, url), "GET", undefined];
    }
    throw new Error(`${address} redirects in a loop`);
  }
}

/** The first form of a page: its action and its fields. */
export function formOf(html: string): { action: string; fields: Record<string, string> } {
  const action = /<form[^>]*\saction="([^"]*)"/.exec(html)?.[1];
  if (action === undefined) throw new Error(`no form in ${html.slice(0, 300)}`);
  const inputs = html.matchAll(/<input[^>]*>/g);
  const fields = Array.from(inputs, ([input]): [string, string] => [
    /\sname="([^"]*)"/.exec(input)?.[1] ?? "",
    /\svalue="([^"]*)"/.exec(input)?.[1] ?? "",
  ]);
  return { action, fields: Object.fromEntries(fields.filter(([name]) => name !== "")) };
}
