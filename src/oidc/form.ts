import { err, ok, type Result } from "../lib/result.ts";
import { invalidRequest, type OAuthError } from "./errors.ts";
import { formText } from "./utf8-form.ts";

export type Form = ReadonlyMap<string, string>;

/** The parameters of an OAuth request. */
export interface FormParameters {
  form: Form;
  /** RFC 8707 §2: the only parameter that may be repeated. It is not in `form`. */
  resources: readonly string[];
}

/** Reads the parameters of an OAuth request from its body (RFC 6749 §3.2 and appendix B). */
export function readForm(
  contentType: string | undefined,
  body: ArrayBuffer,
): Result<FormParameters, OAuthError> {
  if (!/^application\/x-www-form-urlencoded\s*(;|$)/i.test(contentType ?? "")) {
    return err(invalidRequest("The body must be application/x-www-form-urlencoded."));
  }
  const text = formText(body);
  if (text === undefined) return err(invalidRequest("The body is not UTF-8."));
  const form = new Map<string, string>();
  const resources: string[] = [];
  for (const [name, value] of new URLSearchParams(text)) {
    // RFC 6749 §3.2: readers might pick different values.
    if (form.has(name)) return err(invalidRequest("A parameter is given twice."));
    if (name === "resource") resources.push(value);
    else form.set(name, value);
  }
  // RFC 6749 §3.2: a parameter without a value counts as missing.
  return ok({
    form: new Map([...form].filter(([, value]) => value !== "")),
    resources: resources.filter((value) => value !== ""),
  });
}

/**
 * The form's values for the entries of a schema; undefined for missing ones. Other parameters are
 * ignored.
 */
export function parameters(
  form: Pick<Form, "get">,
  schema: { entries: object },
): Record<string, string | undefined> {
  return Object.fromEntries(Object.keys(schema.entries).map((name) => [name, form.get(name)]));
}
