import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { unstable_readConfig } from "wrangler";
import { LIMITS } from "../support/rate-limit-values.ts";

const root = join(import.meta.dirname, "../..");
interface RateLimitBinding {
  name: string;
  namespace_id: string;
  simple: { limit: number; period: number };
}

const config = unstable_readConfig({ config: join(root, "wrangler.toml") });
const ratelimits: RateLimitBinding[] = config.ratelimits;
const configured = Object.fromEntries(ratelimits.map(({ name, simple }) => [name, simple.limit]));

it("uses the rate limits of wrangler.toml in the tests", () => {
  expect(LIMITS).toEqual(configured);
  expect(new Set(ratelimits.map(({ simple }) => simple.period))).toEqual(new Set([60]));
  expect(new Set(ratelimits.map(({ namespace_id }) => namespace_id)).size).toBe(ratelimits.length);
});

it("documents each rate limit in docs/operating.md", () => {
  const operating = readFileSync(join(root, "docs/operating.md"), "utf8");
  for (const [name, limit] of Object.entries(configured)) {
    expect(operating).toMatch(new RegExp(`\\| \`${name}\` +\\| ${limit} +\\|`));
  }
});
