import { inject } from "vitest";
import type { ReceivedMessage, ReceiverBehaviour } from "./receiver-behaviour.ts";

/** The receiver of a client (receiver-clients.ts). */
export class Receiver {
  readonly clientId: string;
  /** Its URL. */
  readonly address: string;

  constructor(clientId: string) {
    this.clientId = clientId;
    this.address = `${inject("receiverServer")}/${clientId}`;
  }

  async behave(behaviour: ReceiverBehaviour): Promise<void> {
    const answer = await fetch(this.address, { method: "PUT", body: JSON.stringify(behaviour) });
    if (answer.status !== 204) throw new Error("the receivers' server did not listen");
  }

  /** All received messages, once there are `count`. */
  async got(count: number): Promise<ReceivedMessage[]> {
    return await (await fetch(`${this.address}?count=${count}`)).json();
  }
}
