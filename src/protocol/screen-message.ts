import * as v from "valibot";
import { MatchCode } from "./match-code.ts";

/** The messages that a screen can send over its WebSocket. */
const ScreenMessageSchema = v.variant("type", [
  v.strictObject({ type: v.literal("cancel") }),
  /** The code that the phone shows, as it was typed on the screen. */
  v.strictObject({ type: v.literal("match"), code: MatchCode }),
]);

export type ScreenMessage = v.InferOutput<typeof ScreenMessageSchema>;

/** No message of this protocol is longer. */
const MAX_MESSAGE_LENGTH = 1024;

/** Reads a message. Undefined if it is none of this protocol. */
export function parseScreenMessage(message: unknown): ScreenMessage | undefined {
  if (typeof message !== "string" || message.length > MAX_MESSAGE_LENGTH) return undefined;
  try {
    return v.parse(ScreenMessageSchema, JSON.parse(message));
  } catch {
    return undefined;
  }
}
