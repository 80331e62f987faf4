import type { ClientBinding } from "../login-session/domain/session.ts";
import type { Config } from "./index.ts";

/** How long a session can be scanned and decided, in milliseconds. */
export function sessionLifetime(
  { deviceTtl, sessionTtl }: Pick<Config, "deviceTtl" | "sessionTtl">,
  { grant }: ClientBinding,
): number {
  return grant === "device_code" ? deviceTtl : sessionTtl;
}
