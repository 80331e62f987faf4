import type { Config } from "../config/index.ts";

/** What every route finds in its context. */
export interface AppEnv {
  Bindings: Env;
  Variables: { config: Config };
}
