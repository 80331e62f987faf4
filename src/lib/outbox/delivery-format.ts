import * as v from "valibot";
import { RowFormat, type Migration, type RowSchema } from "../row-format.ts";
import type { Delivery } from "./outbox.ts";

/**
 * The storage format of an outbox's deliveries. Each is parsed by itself, so that an unreadable one
 * does not affect the others.
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
