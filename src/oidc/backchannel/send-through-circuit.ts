import type { DeliveryResult } from "../../lib/outbox/outbox-store.ts";
import type { Delivery } from "../../lib/outbox/outbox.ts";
import type { ReceiverSetting } from "./callback-url.ts";
import type { ReceiverCircuit } from "./receiver-circuit.ts";

/** A client's receiver, by its setting. */
export interface Receiver {
  clientId: string;
  setting: ReceiverSetting;
}

/** What this isolate knows of a receiver. It only saves calls; the receiver's circuit decides. */
interface Observed {
  lastSuccessAt: number;
  /** Whether its circuit was open at the last call. */
  isOpen: boolean;
}

/** At most one entry for each configured receiver. */
const observed = new Map<string, Observed>();

/** Milliseconds over which the messages to one receiver are spread. */
const SPREAD = 5_000;

/**
 * Sends one message, unless its receiver's circuit is open. The circuit is a Durable Object. The
 * first attempt of a message does not call it unless it is known to be open, so a message that is
 * accepted at once costs no call.
 */
export async function sendThroughCircuit(
  env: Env,
  receiver: Receiver,
  { tries }: Pick<Delivery<unknown>, "tries">,
  send: () => Promise<DeliveryResult>,
): Promise<DeliveryResult> {
  const name = `${receiver.setting} ${receiver.clientId}`;
  const circuit = env.RECEIVER_CIRCUITS.get(env.RECEIVER_CIRCUITS.idFromName(name));
  const seen = observed.get(name) ?? { lastSuccessAt: 0, isOpen: false };
  observed.set(name, seen);

  const permission =
    tries > 0 || seen.isOpen
      ? await circuit.requestToSend()
      : { send: true as const, isProbe: false };
  if (!permission.send) {
    seen.isOpen = true;
    return { end: "postponed", until: spread(permission.retryAt) };
  }
  const { isProbe } = permission;
  const tried = await send();
  if (tried.end === "failed") return await failed(circuit, seen, isProbe, tried);

  // A receiver that refuses a message is up, too.
  seen.lastSuccessAt = Date.now();
  seen.isOpen = false;
  // If this call fails, the probe is repeated.
  if (isProbe) await circuit.recordSuccess().catch(() => undefined);
  return tried;
}

async function failed(
  circuit: DurableObjectStub<ReceiverCircuit>,
  seen: Observed,
  isProbe: boolean,
  tried: DeliveryResult & { end: "failed" },
): Promise<DeliveryResult> {
  const { lastSuccessAt } = seen;
  const retryAt = await circuit.recordFailure({ isProbe, lastSuccessAt });
  seen.isOpen = retryAt !== undefined;
  return retryAt === undefined ? tried : { ...tried, notBefore: spread(retryAt) };
}

function spread(instant: number): number {
  return instant + Math.round(Math.random() * SPREAD);
}
