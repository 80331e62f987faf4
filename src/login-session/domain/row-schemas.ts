import * as v from "valibot";
import { REASON_CODES } from "./risk/reasons.ts";

/** Schemas of what several kinds of stored rows have in common. Their types are in the files named beside them. */

const text = v.string();
const number = v.number();

/** session.ts */
export const DeviceSchema = v.object({
  browser: v.exactOptional(text),
  system: v.exactOptional(text),
  ip: v.exactOptional(text),
  asn: v.exactOptional(number),
  network: v.exactOptional(text),
  city: v.exactOptional(text),
  region: v.exactOptional(text),
  country: v.exactOptional(text),
  latitude: v.exactOptional(number),
  longitude: v.exactOptional(number),
});

/** session.ts */
export const BeginnerSchema = v.variant("grant", [
  v.object({ grant: v.literal("authorization_code"), codeChallenge: text }),
  v.object({ grant: v.literal("device_code") }),
]);

/** session.ts */
export const AccountClaimsSchema = v.object({
  sub: text,
  name: v.exactOptional(text),
  authTime: v.exactOptional(number),
  amr: v.exactOptional(v.array(text)),
  acr: v.exactOptional(text),
  email: v.exactOptional(text),
  emailVerified: v.exactOptional(v.boolean()),
  phone: v.exactOptional(text),
});

/** statement.ts */
export const ProofSchema = v.object({
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
  nonce: v.exactOptional(text),
  account: AccountClaimsSchema,
  approvedAt: number,
  screen: DeviceSchema,
  proof: v.exactOptional(ProofSchema),
});

/** reasons.ts */
export const ReasonCodeSchema = v.picklist(REASON_CODES);

/** reasons.ts */
export const ReasonSchema = v.variant("code", [
  v.object({ code: v.picklist(["distance", "far_apart"]), km: number }),
  v.object({ code: v.literal("another_country"), screen: text, phone: text }),
  v.object({ code: v.literal("hosting_network"), network: v.exactOptional(text) }),
  v.object({ code: v.picklist(["many_tries", "code_repeated"]), count: number }),
  v.object({
    code: v.picklist([
      "same_network",
      "same_city",
      "anonymous_network",
      "place_hidden",
      "place_unknown",
      "new_device",
      "first_login",
      "foreign_network",
    ]),
  }),
]);
