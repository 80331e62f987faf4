/**
 * The subject under which a person is known here: their source's prefix, then the name that the
 * source gave them. Several sources share one space of subjects, and no source may speak for
 * another's people; so a subject belongs to the source with the longest prefix that it begins with.
 * Undefined where that is another one than the source that says so.
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
