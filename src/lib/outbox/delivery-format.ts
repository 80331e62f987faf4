import * as v from "valibot";
import { RowFormat, type Migration, type RowSchema } from "../row-format.ts";
import type { Delivery } from "./outbox.ts";

/**
 * How the deliveries of an outbox are stored. They are parsed one by one, so that one which can't be read
 * costs no other message. `message`: the schema of what is sent.
 */
export function deliveryFormat<Message>(
  name: string,
  message: RowSchema<Message>,
  migrations: readonly Migration[] = [],
): RowFormat<Delivery<Message>> {
  const schema = v.object({
    id: v.string(),
    message,
    tries: v.number(),
    nextTryAt: v.number(),
    giveUpAt: v.number(),
  });
  return new RowFormat<Delivery<Message>>(name, schema, migrations);
}
