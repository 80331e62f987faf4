import { defined } from "../../lib/defined.ts";
import { seal, unseal } from "./sealed-reference.ts";

/**
 * The form of the codes that are redeemed at the token endpoint:
 *
 * - authorization code: `<session id>.<secret>.<reference>`
 * - device code: `<session id>.<secret>`
 *
 * The secret is 256 bits. The reference names the account that approved, sealed for this session: with
 * it, the account can be asked about a code whose session is gone. Sessions that an earlier version
 * approved have no reference.
 */
export interface ParsedCode {
  sessionId: string;
  /** The code without its reference: what is hashed. */
  code: string;
  reference?: string;
}

const FORM = /^(([\w-]{43})\.[\w-]{43})(?:\.([\w-]{1,2048}))?$/;

/** Reads a code; undefined for what can't be one of ours. */
export function parseCode(text: string): ParsedCode | undefined {
  const [, code, sessionId, reference] = FORM.exec(text) ?? [];
  if (code === undefined || sessionId === undefined) return undefined;
  return { sessionId, code, ...defined({ reference }) };
}

/** Seals which account approved a login session. */
export function sealAccount(env: Env, sessionId: string, sub: string): Promise<string> {
  return seal(env, "authorization_code", `${sessionId}.${sub}`);
}

/** The account that a reference names, or undefined where it was not sealed here for this session. */
export async function openAccount(
  env: Env,
  sessionId: string,
  reference: string,
): Promise<string | undefined> {
  const text = await unseal(env, "authorization_code", reference);
  const prefix = `${sessionId}.`;
  return text?.startsWith(prefix) ? text.slice(prefix.length) : undefined;
}
