const JSON_TYPE = "application/json";
/** RFC 7517 §8.5. */
const JWK_SET_TYPE = "application/jwk-set+json";

/**
 * The media type of the key set. Many libraries and gateways take only JSON, so the registered type
 * is sent to those who ask for it and don't like JSON as well (RFC 9110 §12.5.1).
 */
export function keySetType(accept = ""): string {
  const weights = new Map(accept.split(",").map(weightOf));
  const registered = weights.get(JWK_SET_TYPE) ?? 0;
  return registered > (weights.get(JSON_TYPE) ?? 0) ? JWK_SET_TYPE : JSON_TYPE;
}

/** A media range and its weight, which is 1 if there is none. */
function weightOf(range: string): [type: string, weight: number] {
  const [type = "", ...parameters] = range.toLowerCase().split(";");
  const weight = parameters.map((parameter) => /^\s*q\s*=(.*)$/.exec(parameter)?.[1]);
  return [type.trim(), Number(weight.find((each) => each !== undefined) ?? 1)];
}
