import { inject } from "vitest";
import type { ReceivedMessage, ReceiverBehaviour } from "./receiver-behaviour.ts";

/** The backend of a client, which is told at its own address (receiver-clients.ts). */
export class Receiver {
  readonly clientId: string;
  /** Where it is told. */
  readonly address: string;

  constructor(clientId: string) {
    this.clientId = clientId;
    this.address = `${inject("receiverServer")}/${clientId}`;
  }

  async behave(behaviour: ReceiverBehaviour): Promise<void> {
    const answer = await fetch(this.address, { method: "PUT", body: JSON.stringify(behaviour) });
    if (answer.status !== 204) throw new Error("the receivers' server did not listen");
  }

  /** All that it has got, once that is so many messages. */
  async got(count: number): Promise<ReceivedMessage[]> {
    return await (await fetch(`${this.address}?count=${count}`)).json();
  }
}
