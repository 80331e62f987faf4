import { defined } from "../../lib/defined.ts";
import { seal, unseal } from "./sealed-reference.ts";

/**
 * The codes of the token endpoint:
 *
 * - authorization code: `<session id>.<secret>.<reference>`
 * - device code: `<session id>.<secret>`
 *
 * The secret has 256 bits. The reference is the encrypted account of the approver, so that the
 * account can be asked about a code whose session is deleted. Sessions approved by an earlier
 * version have no reference.
 */
export interface ParsedCode {
  sessionId: string;
  /** The code without its reference; its hash is stored. */
  code: string;
  reference?: string;
}

const FORM = /^(([\w-]{43})\.[\w-]{43})(?:\.([\w-]{1,2048}))?$/;

/** Parses a code; undefined if it is malformed. */
export function parseCode(text: string): ParsedCode | undefined {
  const [, code, sessionId, reference] = FORM.exec(text) ?? [];
  if (code === undefined || sessionId === undefined) return undefined;
  return { sessionId, code, ...defined({ reference }) };
}

/** Encrypts the account that approved a login session. */
export function sealAccount(env: Env, sessionId: string, sub: string): Promise<string> {
  return seal(env, "authorization_code", `${sessionId}.${sub}`);
}

/** The account of a reference; undefined if this server did not create it for this session. */
export async function openAccount(
  env: Env,
  sessionId: string,
  reference: string,
): Promise<string | undefined> {
  const text = await unseal(env, "authorization_code", reference);
  const prefix = `${sessionId}.`;
  return text?.startsWith(prefix) ? text.slice(prefix.length) : undefined;
}
