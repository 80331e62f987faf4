import {
  codeLink,
  parseCodeLink,
  periodAt,
  rotatingCode,
} from "../../../src/login-session/domain/rotating-code.ts";
import type { DevicesResponse } from "../../../src/protocol/devices.ts";
import type { HistoryResponse } from "../../../src/protocol/history.ts";
import type { CreatedSession, ScanResponse } from "../../../src/protocol/responses.ts";

/** A phone app of a trusted issuer: it uses the session API with an access token. */
export class PhoneApp {
  readonly #origin: string;
  readonly #accessToken: string;

  constructor(origin: string, accessToken: string) {
    this.#origin = origin;
    this.#accessToken = accessToken;
  }

  /** Scans the first code of the screen. */
  async scan({ session_id, qr }: CreatedSession): Promise<ScanResponse> {
    const link = codeLink(qr.prefix, await rotatingCode(qr.key, session_id, periodAt(0)));
    const code = parseCodeLink(link);
    return this.#post(`/sessions/${session_id}/scan`, { t: code?.t, mac: code?.mac });
  }

  /** Types the code instead. */
  type(userCode: string): Promise<ScanResponse> {
    return this.#post("/sessions/scan", { user_code: userCode });
  }

  async decide(decision: "approve" | "deny", scan: ScanResponse): Promise<void> {
    const { session_id, scan_token } = scan;
    await this.#post(`/sessions/${session_id}/${decision}`, { scan_token });
  }

  /** The list of logins. */
  async devices(): Promise<DevicesResponse["devices"]> {
    const answer = await this.#request("GET", "/account/devices");
    return ((await answer.json()) as DevicesResponse).devices;
  }

  /** The account's history, the latest event first. */
  async history(): Promise<HistoryResponse["events"]> {
    const answer = await this.#request("GET", "/account/history");
    return ((await answer.json()) as HistoryResponse).events;
  }

  async endDevice(sid: string): Promise<void> {
    await this.#request("DELETE", `/account/devices/${sid}`);
  }

  async #post<Answer>(path: string, body: unknown): Promise<Answer> {
    return (await (await this.#request("POST", path, body)).json()) as Answer;
  }

  async #request(method: string, path: string, body?: unknown): Promise<Response> {
    const authorization = { Authorization: `Bearer ${this.#accessToken}` };
    const answer = await fetch(`${this.#origin}${path}`, {
      method,
      ...(body === undefined
        ? { headers: authorization }
        : {
            headers: { ...authorization, "Content-Type": "application/json" },
            body: JSON.stringify(body),
          }),
    });
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
    return answer;
  }
}
