import * as v from "valibot";
import { MatchCode } from "./match-code.ts";

/** What a screen says over its WebSocket; only the server reads it. */
const ScreenMessageSchema = v.variant("type", [
  v.strictObject({ type: v.literal("cancel") }),
  /** What the phone shows, as it was typed here. */
  v.strictObject({ type: v.literal("match"), code: MatchCode }),
]);

/** What a screen may say. */
export type ScreenMessage = v.InferOutput<typeof ScreenMessageSchema>;

/** Longer than any message of this protocol. */
const MAX_MESSAGE_LENGTH = 1024;

/** Reads a screen's message; undefined when it is not of this protocol. */
export function parseScreenMessage(message: unknown): ScreenMessage | undefined {
  if (typeof message !== "string" || message.length > MAX_MESSAGE_LENGTH) return undefined;
  try {
    return v.parse(ScreenMessageSchema, JSON.parse(message));
  } catch {
    return undefined;
  }
}
