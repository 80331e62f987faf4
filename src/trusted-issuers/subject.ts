/**
 * The subject of a user: the prefix of their issuer, then the issuer's `sub`. A subject belongs to
 * the issuer with the longest matching prefix, so that no issuer can name another's users.
 * Undefined if that is another issuer.
 */
export function subjectOf(
  prefix: string,
  name: string,
  prefixes: Iterable<string>,
): string | undefined {
  const subject = prefix + name;
  let owner = prefix;
  for (const candidate of prefixes) {
    if (subject.startsWith(candidate) && candidate.length > owner.length) owner = candidate;
  }
  return owner === prefix ? subject : undefined;
}
