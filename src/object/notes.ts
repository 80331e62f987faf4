import * as v from "valibot";
import { note } from "../accounts/note.ts";
import { Deliveries } from "../delivery/deliveries.ts";
import { deliveryFormat } from "../delivery/delivery-format.ts";
import { schemaOf } from "../durable-objects/row-format.ts";
import type { Noteworthy } from "../login/command.ts";
import { DeviceSchema, ReasonSchema } from "../login/row-schemas.ts";

/** How long an account is tried to be reached, in milliseconds. */
const NOTE_TTL = 3600 * 1000;

export const NOTES = deliveryFormat(
  "note for an account",
  schemaOf<Noteworthy>()(
    v.object({
      type: v.picklist(["login_declined", "login_refused", "match_wrong", "code_repeated"]),
      sub: v.string(),
      phone: v.exactOptional(v.string()),
      sessionId: v.string(),
      clientId: v.string(),
      screen: v.exactOptional(DeviceSchema),
      reasons: v.exactOptional(v.array(ReasonSchema)),
    }),
  ),
);

/**
 * What an account's owner should read of a session: it goes into the account's history. That account
 * is an object of its own, which a deployment may be resetting just now, so what it must hear waits here.
 */
export class Notes {
  readonly #deliveries: Deliveries<Noteworthy>;

  constructor(storage: DurableObjectStorage, env: Env) {
    const send = async ({ message }: { message: Noteworthy }) => {
      await note(env, message.sub, lineOf(message), message.phone);
      return { end: "accepted" } as const;
    };
    this.#deliveries = new Deliveries(storage, NOTES, send, "notes");
  }

  /** Stores what is to be noted, and begins to tell it. */
  tell(noted: Noteworthy, now: number): Promise<void> {
    return this.#deliveries.tell(noted, now, now + NOTE_TTL);
  }

  nextDue(): number | undefined {
    return this.#deliveries.nextDue();
  }

  sendDue(now: number): Promise<void> | undefined {
    return this.#deliveries.sendDue(now);
  }
}

function lineOf({
  sessionId,
  clientId,
  screen,
  reasons,
  type,
}: Noteworthy): Parameters<typeof note>[2] {
  const { browser, system, city, country } = screen ?? {};
  const about = {
    clientId,
    sid: sessionId,
    ...(browser === undefined ? {} : { browser }),
    ...(system === undefined ? {} : { system }),
    ...(city === undefined ? {} : { city }),
    ...(country === undefined ? {} : { country }),
  };
  // Only the codes: whoever scans a stranger's code may not learn more of the screen here than on the phone.
  return type === "login_refused"
    ? { ...about, type, reasons: (reasons ?? []).map(({ code }) => ({ code })) }
    : { ...about, type };
}
