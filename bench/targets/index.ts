import { onDisk, type Subject } from "../harness/subject.ts";
import { bareObject } from "./bare-object.ts";
import { betterAuth, betterAuthMemory } from "./better-auth.ts";
import { oidcProvider } from "./oidc-provider.ts";
import { OUR_SUBJECTS, websocket } from "./ours/index.ts";
import { nodeSse, nodeWs } from "./tutorial.ts";

/** All subjects, for the report. */
export const ALL_SUBJECTS: readonly Subject[] = [
  ...OUR_SUBJECTS,
  onDisk(websocket),
  oidcProvider,
  betterAuth,
  betterAuthMemory,
  nodeWs,
  nodeSse,
  bareObject,
  onDisk(bareObject),
];
