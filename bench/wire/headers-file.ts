/** Parses `_headers`, which sets the headers of static files on Cloudflare. */
export interface HeadersRule {
  path: string;
  set: [name: string, value: string][];
  /** Headers of an earlier rule that this rule removes. */
  unset: string[];
}

export function parseHeadersFile(text: string): HeadersRule[] {
  const rules: HeadersRule[] = [];
  for (const line of text.split("\n")) {
    const rule = rules.at(-1);
    const [, removed] = /^\s+! (\S+)$/.exec(line) ?? [];
    const [, name, value] = /^\s+([\w-]+): (.*)$/.exec(line) ?? [];
    if (line.startsWith("/")) rules.push({ path: line.trim(), set: [], unset: [] });
    else if (rule && removed !== undefined) rule.unset.push(removed.toLowerCase());
    else if (rule && name !== undefined && value !== undefined) {
      rule.set.push([name.toLowerCase(), value]);
    }
  }
  return rules;
}

/** The headers of a file. Only complete paths and a trailing `*` are supported. */
export function headersFor(
  rules: readonly HeadersRule[],
  pathname: string,
): Record<string, string> {
  const headers = new Map<string, string>();
  for (const { path, set, unset } of rules) {
    const matches = path.endsWith("*") ? pathname.startsWith(path.slice(0, -1)) : path === pathname;
    if (!matches) continue;
    for (const name of unset) headers.delete(name);
    for (const [name, value] of set) headers.set(name, value);
  }
  return Object.fromEntries(headers);
}
