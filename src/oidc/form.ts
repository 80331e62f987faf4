import { err, ok, type Result } from "../lib/result.ts";
import { invalidRequest, type TokenError } from "./errors.ts";
import { formText } from "./utf8-form.ts";

export type Form = ReadonlyMap<string, string>;

/** Reads the parameters of an OAuth request from its body (RFC 6749 §3.2 and appendix B). */
export function readForm(
  contentType: string | undefined,
  body: ArrayBuffer,
): Result<Form, TokenError> {
  if (!/^application\/x-www-form-urlencoded\s*(;|$)/i.test(contentType ?? "")) {
    return err(invalidRequest("The body must be application/x-www-form-urlencoded."));
  }
  const text = formText(body);
  if (text === undefined) return err(invalidRequest("The body is not UTF-8."));
  const form = new Map<string, string>();
  for (const [name, value] of new URLSearchParams(text)) {
    // Two readers might each believe another one of them.
    if (form.has(name)) return err(invalidRequest("A parameter is given twice."));
    form.set(name, value);
  }
  // A parameter without a value counts as not given.
  return ok(new Map([...form].filter(([, value]) => value !== "")));
}

/** What a schema asks for, of the form; undefined where it isn't given. What else the form holds is not looked at. */
export function parameters(
  form: Form,
  schema: { entries: object },
): Record<string, string | undefined> {
  return Object.fromEntries(Object.keys(schema.entries).map((name) => [name, form.get(name)]));
}
