/** The value of an operation, or its error. */
export type Result<Value, Reason> = { ok: true; value: Value } | { ok: false; error: Reason };

export const ok = <Value>(value: Value): { ok: true; value: Value } => ({ ok: true, value });

export const err = <Reason>(error: Reason): { ok: false; error: Reason } => ({ ok: false, error });
