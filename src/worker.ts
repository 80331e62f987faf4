import { app } from "./app.ts";

/** The entry point: the app and the Durable Object classes. */
export default app;

export { Account } from "./accounts/account.ts";
export { RecoveryCodes } from "./accounts/recovery/recovery-codes.ts";
export { CallbackInbox } from "./compare/callback-inbox.ts";
export { ReceiverCircuit } from "./oidc/backchannel/receiver-circuit.ts";
export { PushedRequests } from "./oidc/authorization/pushed-requests.ts";
export { Replays } from "./oidc/dpop/jti-replay-cache.ts";
export { SigningKeys } from "./oidc/keys/signing-keys.ts";
export { PushKeys } from "./web-push/push-keys.ts";
export { LoginSession } from "./login-session/durable-object/login-session.ts";
export { UserCodes } from "./user-codes/user-codes.ts";
