import * as v from "valibot";
import { Place } from "../../protocol/place.ts";
import { AUTHENTICATION_CLAIMS, PERSONAL_CLAIMS } from "./requested-claims.ts";

/** Schemas that several kinds of stored rows share. */

const text = v.string();
const number = v.number();

/** device-info.ts */
export const DeviceSchema = v.object({
  browser: v.exactOptional(text),
  system: v.exactOptional(text),
  ip: v.exactOptional(text),
  asn: v.exactOptional(number),
  network: v.exactOptional(text),
  ...Place.entries,
});

/** session.ts: ClientBinding */
export const ClientBindingSchema = v.variant("grant", [
  v.object({ grant: v.literal("authorization_code"), codeChallenge: v.exactOptional(text) }),
  v.object({ grant: v.literal("device_code") }),
]);

/** requested-claims.ts */
export const RequestedClaimsSchema = v.object({
  id_token: v.exactOptional(v.array(v.picklist(PERSONAL_CLAIMS))),
  userinfo: v.exactOptional(v.array(v.picklist([...PERSONAL_CLAIMS, ...AUTHENTICATION_CLAIMS]))),
});

/** authenticated-user.ts */
export const AuthenticatedUserSchema = v.object({
  sub: text,
  name: v.exactOptional(text),
  authTime: v.exactOptional(number),
  amr: v.exactOptional(v.array(text)),
  acr: v.exactOptional(text),
  email: v.exactOptional(text),
  emailVerified: v.exactOptional(v.boolean()),
  phone: v.exactOptional(text),
});

/** signed-approval.ts */
export const SignedApprovalSchema = v.object({
  statement: text,
  nonce: text,
  assertion: v.object({
    id: text,
    response: v.object({ clientDataJSON: text, authenticatorData: text, signature: text }),
  }),
});

/** grant.ts */
export const GrantSchema = v.object({
  sessionId: text,
  clientId: text,
  scope: text,
  claims: v.exactOptional(RequestedClaimsSchema),
  resources: v.exactOptional(v.array(text)),
  nonce: v.exactOptional(text),
  account: AuthenticatedUserSchema,
  approvedAt: number,
  screen: DeviceSchema,
  proof: v.exactOptional(SignedApprovalSchema),
  browserSession: v.exactOptional(text),
});
