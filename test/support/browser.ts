import type {
  PublicKeyCredentialCreationOptionsJSON,
  PublicKeyCredentialRequestOptionsJSON,
} from "@simplewebauthn/server";
import { exports } from "cloudflare:workers";
import * as v from "valibot";

export const ISSUER = "http://localhost:8787";

/** A page of our own on a phone: it sends what a browser would, and keeps the cookies. */
export class Browser {
  readonly cookies = new Map<string, string>();
  /** Sent with every request; a header without a value is left out. */
  headers: Record<string, string | undefined> = {
    Origin: ISSUER,
    "Sec-Fetch-Site": "same-origin",
    // The rate limits count each address by itself.
    "CF-Connecting-IP": `2001:db8:${crypto.randomUUID().slice(0, 4)}:${crypto.randomUUID().slice(0, 4)}::1`,
  };
  readonly #server: (request: Request) => Response | Promise<Response>;

  constructor(
    send: (request: Request) => Response | Promise<Response> = (request) =>
      exports.default.fetch(request),
  ) {
    this.#server = send;
  }

  get(path: string): Promise<Response> {
    return this.#fetch(path, { method: "GET" });
  }

  post(path: string, body: unknown): Promise<Response> {
    return this.#send("POST", path, body);
  }

  patch(path: string, body: unknown): Promise<Response> {
    return this.#send("PATCH", path, body);
  }

  delete(path: string, body?: unknown): Promise<Response> {
    return body === undefined
      ? this.#fetch(path, { method: "DELETE" })
      : this.#send("DELETE", path, body);
  }

  async registrationOptions(name = "Ada"): Promise<PublicKeyCredentialCreationOptionsJSON> {
    const answer = await this.post("/account/register/options", { name });
    return (await answer.json<{ options: PublicKeyCredentialCreationOptionsJSON }>()).options;
  }

  async signInOptions(): Promise<PublicKeyCredentialRequestOptionsJSON> {
    const answer = await this.post("/account/sign-in/options", {});
    return (await answer.json<{ options: PublicKeyCredentialRequestOptionsJSON }>()).options;
  }

  /** What the server thinks of who this is. */
  async whoAmI(): Promise<unknown> {
    return await (await this.get("/account")).json();
  }

  #send(method: string, path: string, body: unknown): Promise<Response> {
    return this.#fetch(path, {
      method,
      headers: { "Content-Type": "application/json" },
      body: typeof body === "string" ? body : JSON.stringify(body),
    });
  }

  async #fetch(path: string, init: RequestInit): Promise<Response> {
    const request = new Request(new URL(path, ISSUER), init);
    for (const [name, value] of Object.entries(this.headers)) {
      if (value !== undefined) request.headers.set(name, value);
    }
    const cookies = Array.from(this.cookies, ([name, value]) => `${name}=${value}`);
    if (cookies.length > 0) request.headers.set("Cookie", cookies.join("; "));
    const response = await this.#server(request);
    for (const line of response.headers.getSetCookie()) this.#keep(line);
    return response;
  }

  #keep(line: string): void {
    const [pair = "", ...attributes] = line.split("; ");
    const [name = "", value = ""] = pair.split("=");
    if (attributes.includes("Max-Age=0")) this.cookies.delete(name);
    else this.cookies.set(name, value);
  }
}

const Problem = v.object({ code: v.string(), status: v.number() });

/** The status and code of an error. */
export async function problemOf(response: Response): Promise<[number, string]> {
  const { code, status } = v.parse(Problem, await response.json());
  if (status !== response.status) throw new Error("the problem tells of another status");
  return [status, code];
}
