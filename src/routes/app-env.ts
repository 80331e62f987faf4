import type { Config } from "../config/index.ts";

/** The bindings and the variables of every route's context. */
export interface AppEnv {
  Bindings: Env;
  Variables: {
    config: Config;
    /** The registered client that the request names, for the log. */
    clientId?: string;
    /** The request's `ui_locales`: language tags, separated by spaces, in order of preference. */
    uiLocales?: string;
  };
}
