import { LoginSession as Real } from "../../src/worker.ts";

/**
 * The Worker itself, which says aloud each time the object of a session is constructed: when it is
 * first used, and whenever it wakes from hibernation.
 */
export { default } from "../../src/worker.ts";
export * from "../../src/worker.ts";

export class LoginSession extends Real {
  constructor(ctx: DurableObjectState, env: Env) {
    super(ctx, env);
    console.info(`constructed ${ctx.id.toString()}`);
  }
}
