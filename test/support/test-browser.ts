import type {
  PublicKeyCredentialCreationOptionsJSON,
  PublicKeyCredentialRequestOptionsJSON,
} from "@simplewebauthn/server";
import type { HistoryResponse, HistoryEntry } from "../../src/protocol/history.ts";
import type { ScanResponse } from "../../src/protocol/responses.ts";
import { ISSUER, readScan, sendFrom, type Setting } from "./api.ts";
import { Authenticator, type Deviations } from "./authenticator.ts";

/** A screen as a phone sees it: its login session, and the code that it shows. */
export interface ShownScreen {
  created: { session_id: string };
  code: (elapsed?: number) => Promise<object>;
}

type Send = (request: Request) => Response | Promise<Response>;

/** A browser with a page of ours: it sends the headers of a browser and keeps cookies. */
export class TestBrowser {
  readonly cookies = new Map<string, string>();
  /** Sent with every request; a header with the value undefined is omitted. */
  headers: Record<string, string | undefined> = {
    Origin: ISSUER,
    "Sec-Fetch-Site": "same-origin",
    // Each browser has its own rate limit.
    "CF-Connecting-IP": `2001:db8:${crypto.randomUUID().slice(0, 4)}:${crypto.randomUUID().slice(0, 4)}::1`,
  };
  readonly #send: Send;

  constructor(by: Setting | Send = {}) {
    this.#send = typeof by === "function" ? by : (request) => sendFrom(by, request);
  }

  get(path: string): Promise<Response> {
    return this.#fetch(path, { method: "GET" });
  }

  post(path: string, body: unknown): Promise<Response> {
    return this.#fetchJson("POST", path, body);
  }

  postForm(path: string, form: URLSearchParams): Promise<Response> {
    return this.#fetch(path, { method: "POST", body: form });
  }

  patch(path: string, body: unknown): Promise<Response> {
    return this.#fetchJson("PATCH", path, body);
  }

  delete(path: string, body?: unknown): Promise<Response> {
    return body === undefined
      ? this.#fetch(path, { method: "DELETE" })
      : this.#fetchJson("DELETE", path, body);
  }

  async registrationOptions(name = "Ada"): Promise<PublicKeyCredentialCreationOptionsJSON> {
    return await this.#options("/account/register/options", { name });
  }

  async signInOptions(): Promise<PublicKeyCredentialRequestOptionsJSON> {
    return await this.#options("/account/sign-in/options", {});
  }

  async signIn(authenticator: Authenticator, deviations: Deviations = {}): Promise<Response> {
    const response = await authenticator.get(await this.signInOptions(), deviations);
    return await this.post("/account/sign-in", { response });
  }

  /** Adds a new passkey to the signed-in account. */
  async addPasskey(): Promise<Authenticator> {
    const authenticator = await Authenticator.make(ISSUER);
    const options: PublicKeyCredentialCreationOptionsJSON = await this.#options(
      "/account/passkeys/options",
      {},
    );
    const added = await this.post("/account/passkeys", {
      response: await authenticator.create(options),
    });
    if (added.status !== 201) throw new Error(`no passkey: ${await added.text()}`);
    return authenticator;
  }

  async whoAmI(): Promise<unknown> {
    return await (await this.get("/account")).json();
  }

  /** The events of the account, the newest first. */
  async history(): Promise<HistoryEntry[]> {
    return (await (await this.get("/account/history")).json<HistoryResponse>()).events;
  }

  /** Sends a step of a login session, as the phone page does. */
  send({ created }: Pick<ShownScreen, "created">, step: string, body: object): Promise<Response> {
    return this.post(`/sessions/${created.session_id}/${step}`, body);
  }

  /** Scans the code that the screen shows `elapsed` milliseconds after its creation. */
  async scan(screen: ShownScreen, elapsed = 0): Promise<ScanResponse> {
    return await readScan(await this.send(screen, "scan", await screen.code(elapsed)));
  }

  /** Reads the request of an earlier scan again. */
  async view(screen: ShownScreen, scan_token: string): Promise<ScanResponse> {
    return await readScan(await this.send(screen, "scan", { scan_token }));
  }

  storeCookies(response: Response): void {
    for (const line of response.headers.getSetCookie()) {
      const [pair = "", ...attributes] = line.split("; ");
      const [name = "", value = ""] = pair.split("=");
      if (attributes.includes("Max-Age=0")) this.cookies.delete(name);
      else this.cookies.set(name, value);
    }
  }

  async #options<Options>(path: string, body: object): Promise<Options> {
    return (await (await this.post(path, body)).json<{ options: Options }>()).options;
  }

  #fetchJson(method: string, path: string, body: unknown): Promise<Response> {
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
    const response = await this.#send(request);
    this.storeCookies(response);
    return response;
  }
}
