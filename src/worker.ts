import { app } from "./app.ts";

/** Entry: the app, and the Durable Object classes for the runtime. */
export default app;

export { Account } from "./accounts/account.ts";
export { RecoveryCodes } from "./accounts/recovery-codes.ts";
export { CallbackInbox } from "./compare/callback-inbox.ts";
export { ReceiverCircuit } from "./delivery/receiver-circuit.ts";
export { PushedRequests } from "./oauth/pushed-requests.ts";
export { Replays } from "./oauth/replays.ts";
export { SigningKeys } from "./oauth/signing-keys.ts";
export { PushKeys } from "./push/push-keys.ts";
export { LoginSession } from "./object/login-session.ts";
export { UserCodes } from "./object/user-codes.ts";
