import * as v from "valibot";
import { renameHardwareKeyIn } from "../../accounts/hardware-key-migration.ts";
import { RowFormat, schemaOf } from "../../lib/row-format.ts";
import { AccessKind } from "../../protocol/consent.ts";
import { REASON_CODES, RiskAssessment } from "../../protocol/risk.ts";
import { TerminalStatus } from "../../protocol/snapshot.ts";
import type { Polling } from "../domain/device-polling.ts";
import {
  AuthenticatedUserSchema,
  ClientBindingSchema,
  DeviceSchema,
  RequestedClaimsSchema,
  SignedApprovalSchema,
} from "../domain/row-schemas.ts";
import type { Session } from "../domain/session.ts";

const text = v.string();
const number = v.number();
const mark = v.exactOptional(v.literal(true));

const DemandSchema = v.picklist(["off", "on_risk", "always"]);

const PolicySchema = v.object({
  matching: DemandSchema,
  matchingBy: v.picklist(["phone", "screen"]),
  stepUp: DemandSchema,
  stepUpMaxAge: number,
  stepUpAcr: v.array(text),
  verify: v.array(v.picklist(REASON_CODES)),
  block: v.array(v.picklist(REASON_CODES)),
  maxDistance: number,
  networks: v.array(number),
  repeats: v.picklist(["tell", "end"]),
});

/** What a session has until it ends. */
const live = {
  id: text,
  clientId: text,
  scope: text,
  claims: v.exactOptional(RequestedClaimsSchema),
  resources: v.exactOptional(v.array(text)),
  nonce: v.exactOptional(text),
  redirect: v.exactOptional(
    v.object({
      uri: text,
      state: v.exactOptional(text),
      mode: v.picklist(["query", "fragment", "form_post"]),
      issuer: text,
    }),
  ),
  begunBy: ClientBindingSchema,
  maxAge: v.exactOptional(number),
  expectedSub: v.exactOptional(text),
  allowedSubs: v.exactOptional(v.array(text)),
  requiredAcr: v.exactOptional(v.array(text)),
  dpopJkt: v.exactOptional(text),
  qrKey: text,
  watchTokenHash: text,
  codeHash: text,
  codeTtl: number,
  createdAt: number,
  expiresAt: number,
  screen: DeviceSchema,
  policy: PolicySchema,
  pushedRequest: v.exactOptional(text),
  access: v.exactOptional(
    v.object({
      kind: AccessKind,
      ttl: v.exactOptional(number),
      sso: v.exactOptional(number),
    }),
  ),
  version: number,
  wrongCodes: number,
  repeats: number,
};

const ClaimSchema = v.object({
  scanTokenHash: text,
  scannedAt: number,
  phone: DeviceSchema,
  sameDevice: mark,
  assessed: v.exactOptional(
    v.object({
      sub: text,
      phone: v.exactOptional(text),
      ...RiskAssessment.entries,
      match: v.exactOptional(
        v.variant("by", [
          v.object({ by: v.literal("phone"), digits: text }),
          v.object({ by: v.literal("screen"), code: text, done: v.boolean() }),
        ]),
      ),
      stepUp: mark,
    }),
  ),
});

const ApprovalSchema = v.object({
  account: AuthenticatedUserSchema,
  approvedAt: number,
  codeExpiresAt: number,
  proof: v.exactOptional(SignedApprovalSchema),
  accountReference: v.exactOptional(text),
  browserSession: v.exactOptional(text),
});

const ClosedSessionSchema = v.object({
  status: TerminalStatus,
  id: text,
  clientId: text,
  watchTokenHash: text,
  codeHash: text,
  createdAt: number,
  expiresAt: number,
  endedAt: number,
  claimed: mark,
  wipeAt: number,
  version: number,
  sub: v.exactOptional(text),
  phone: v.exactOptional(text),
  qrKey: v.exactOptional(text),
  repeats: number,
  scanTokenHash: v.exactOptional(text),
  because: v.exactOptional(v.picklist(["match_wrong", "code_repeated"])),
});

export const SESSION = new RowFormat(
  "login session",
  schemaOf<Session>()(
    v.variant("status", [
      v.object({ status: v.literal("pending"), ...live }),
      v.object({ status: v.literal("scanned"), ...live, claim: ClaimSchema }),
      v.object({
        status: v.literal("approved"),
        ...live,
        claim: ClaimSchema,
        approval: ApprovalSchema,
      }),
      ClosedSessionSchema,
    ]),
  ),
  [renameHardwareKeyIn("approval")],
);

export const POLLING = new RowFormat(
  "polls of a device",
  schemaOf<Polling>()(v.object({ interval: number, lastPollAt: number })),
);

export const USER_CODES_MADE = new RowFormat("number of user codes", schemaOf<number>()(number));
