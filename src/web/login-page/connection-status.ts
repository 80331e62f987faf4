import { byId } from "../ui/dom.ts";
import { SCREEN } from "../ui/texts.ts";
import type { TransportName } from "../../sdk/watch/transport-fallback.ts";

type State = "offline" | "connected" | "reconnecting" | "connecting";

/** The line below the card: which transport is used, and whether it is connected. */
export class ConnectionStatus {
  #element = byId("connection");
  #transport: TransportName | undefined;
  #connected = false;
  #wasConnected = false;

  constructor() {
    addEventListener("online", () => this.#render());
    addEventListener("offline", () => this.#render());
  }

  transport(transport: TransportName): void {
    this.#transport = transport;
    this.#render();
  }

  connection(connected: boolean): void {
    this.#wasConnected ||= this.#connected && !connected;
    this.#connected = connected;
    this.#render();
  }

  clear(): void {
    this.#transport = undefined;
    this.#connected = false;
    this.#wasConnected = false;
    this.#render();
  }

  #render(): void {
    const state = this.#state();
    this.#element.dataset["state"] = state ?? "none";
    this.#element.dataset["transport"] = this.#transport ?? "none";
    this.#element.textContent = this.#text(state);
  }

  #state(): State | undefined {
    if (this.#transport === undefined) return undefined;
    if (!navigator.onLine) return "offline";
    if (this.#connected) return "connected";
    return this.#wasConnected ? "reconnecting" : "connecting";
  }

  #text(state: State | undefined): string {
    const texts = SCREEN.connection;
    if (state === undefined || this.#transport === undefined) return "";
    return state === "connected" ? texts[this.#transport] : texts[state];
  }
}
