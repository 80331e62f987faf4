/** What an operation gives: a value, or why it gives none. */
export type Result<Value, Reason> = { ok: true; value: Value } | { ok: false; error: Reason };

export const ok = <Value>(value: Value): { ok: true; value: Value } => ({ ok: true, value });

export const err = <Reason>(error: Reason): { ok: false; error: Reason } => ({ ok: false, error });
