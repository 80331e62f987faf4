import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as v from "valibot";
import { expect, it } from "vitest";
import { unstable_readConfig } from "wrangler";
import { LIMITS } from "../support/rate-limit-values.ts";

const root = join(import.meta.dirname, "../..");
const Config = v.object({
  ratelimits: v.array(
    v.object({
      name: v.string(),
      namespace_id: v.string(),
      simple: v.object({ limit: v.number(), period: v.number() }),
    }),
  ),
});
const { ratelimits } = v.parse(
  Config,
  unstable_readConfig({ config: join(root, "wrangler.toml") }),
);
const configured = Object.fromEntries(ratelimits.map(({ name, simple }) => [name, simple.limit]));

it("the tests know the rate limits of wrangler.toml", () => {
  expect(LIMITS).toEqual(configured);
  expect(new Set(ratelimits.map(({ simple }) => simple.period))).toEqual(new Set([60]));
  expect(new Set(ratelimits.map(({ namespace_id }) => namespace_id)).size).toBe(ratelimits.length);
});

it("docs/operating.md says what each rate limit is", () => {
  const operating = readFileSync(join(root, "docs/operating.md"), "utf8");
  for (const [name, limit] of Object.entries(configured)) {
    expect(operating).toMatch(new RegExp(`\\| \`${name}\` +\\| ${limit} +\\|`));
  }
});
