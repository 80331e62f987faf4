import { LoginSession as Real } from "../../src/worker.ts";

/**
 * The Worker, which logs each construction of a session object: at its first use and at each wake-
 * up from hibernation.
 */
export { default } from "../../src/worker.ts";
export * from "../../src/worker.ts";

export class LoginSession extends Real {
  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    console.info(`constructed ${ctx.id.toString()}`);
  }
}
