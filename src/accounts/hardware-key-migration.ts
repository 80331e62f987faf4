import * as v from "valibot";
import { ACCOUNT_SUBJECT_PREFIX } from "../config/index.ts";
import type { StoredMembers } from "../lib/row-format.ts";

/**
 * MIGRATION. Earlier versions stored the method "hwk" (RFC 8176 §2) for every passkey, although nothing is known of its
 * hardware: see `amrOf`. It becomes "pop" in each row that has the methods of a passkey account. Other issuers name
 * their own methods, and these stay.
 */

const Methods = v.looseObject({ amr: v.array(v.unknown()) });

const OfAccount = v.looseObject({
  account: v.looseObject({ sub: v.pipe(v.string(), v.startsWith(ACCOUNT_SUBJECT_PREFIX)) }),
});

/** For a row that has the methods as its member `amr`. */
export function renameHardwareKey(row: StoredMembers): StoredMembers {
  if (!v.is(Methods, row)) return row;
  return { ...row, amr: row.amr.map((method) => (method === "hwk" ? "pop" : method)) };
}

/** For a row whose member of this name has the approver as `account`. */
export function renameHardwareKeyIn(name: string): (row: StoredMembers) => StoredMembers {
  return (row) => {
    const stored = v.safeParse(OfAccount, row[name]);
    if (!stored.success) return row;
    const { output } = stored;
    return { ...row, [name]: { ...output, account: renameHardwareKey(output.account) } };
  };
}
