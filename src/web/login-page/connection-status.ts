import { byId } from "../ui/dom.ts";
import { SCREEN } from "../ui/texts.ts";
import type { TransportName } from "../../sdk/index.ts";

type State = "offline" | "connected" | "reconnecting" | "connecting";

/** Below the card: how the page hears of its phone, and whether it does just now. */
export class ConnectionStatus {
  #element = byId("connection");
  #transport: TransportName | undefined;
  #connected = false;
  /** It was connected once, so what follows is a reconnection. */
  #lost = false;

  constructor() {
    addEventListener("online", () => this.#write());
    addEventListener("offline", () => this.#write());
  }

  transport(transport: TransportName): void {
    this.#transport = transport;
    this.#write();
  }

  connection(connected: boolean): void {
    this.#lost ||= this.#connected && !connected;
    this.#connected = connected;
    this.#write();
  }

  clear(): void {
    this.#transport = undefined;
    this.#connected = false;
    this.#lost = false;
    this.#write();
  }

  #write(): void {
    const state = this.#state();
    this.#element.dataset["state"] = state ?? "none";
    this.#element.dataset["transport"] = this.#transport ?? "none";
    this.#element.textContent = this.#text(state);
  }

  #state(): State | undefined {
    if (this.#transport === undefined) return undefined;
    if (!navigator.onLine) return "offline";
    if (this.#connected) return "connected";
    return this.#lost ? "reconnecting" : "connecting";
  }

  #text(state: State | undefined): string {
    const texts = SCREEN.connection;
    if (state === undefined || this.#transport === undefined) return "";
    return state === "connected" ? texts[this.#transport] : texts[state];
  }
}
