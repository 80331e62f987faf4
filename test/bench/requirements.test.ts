import { expect, it } from "vitest";
import { missingRequirement } from "../../bench/harness/requirements.ts";

it("says why nothing can be measured here, and nothing where it can", () => {
  expect(missingRequirement({ platform: "linux", tmpfs: true })).toBeUndefined();
  expect(missingRequirement({ platform: "linux", tmpfs: false })).toContain("tmpfs");
  expect(missingRequirement({ platform: "darwin", tmpfs: true })).toContain("Linux");
});
