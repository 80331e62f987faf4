import { Hono } from "hono";
import type { AppEnv } from "../app-env.ts";
import { creation } from "./create.ts";
import { decisions } from "./approve.ts";
import { keeping } from "./keep.ts";
import { matching } from "./match.ts";
import { methodNotAllowed } from "../middleware/method-not-allowed.ts";
import { scanning } from "./scan.ts";
import { stepUp } from "./step-up.ts";
import { userCode } from "./user-code.ts";
import { watching } from "./watch.ts";

/** The session API, for the screen and the phone. */
export const sessions = new Hono<AppEnv>();

sessions.route("/", creation);
sessions.route("/", scanning);
sessions.route("/", stepUp);
sessions.route("/", decisions);
sessions.route("/", matching);
sessions.route("/", keeping);
sessions.route("/", watching);
sessions.route("/", userCode);

sessions.all("/", methodNotAllowed("POST"));
sessions.all("/scan", methodNotAllowed("POST"));
sessions.all("/:id", methodNotAllowed("GET"));
sessions.all("/:id/socket", methodNotAllowed("GET"));
sessions.all("/:id/events", methodNotAllowed("GET"));
for (const command of [
  ...["scan", "step-up", "approve", "deny", "match", "keep", "cancel"],
  "user-code",
]) {
  sessions.all(`/:id/${command}`, methodNotAllowed("POST"));
}
