import { expect, it } from "vitest";
import { missingRequirement } from "../../bench/harness/requirements.ts";

it("gives the reason when nothing can be measured", () => {
  expect(missingRequirement({ platform: "linux", tmpfs: true })).toBeUndefined();
  expect(missingRequirement({ platform: "linux", tmpfs: false })).toContain("tmpfs");
  expect(missingRequirement({ platform: "darwin", tmpfs: true })).toContain("Linux");
});
