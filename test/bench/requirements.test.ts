import { expect, it } from "vitest";
import { whatIsMissing } from "../../bench/harness/requirements.ts";

it("says why nothing can be measured here, and nothing where it can", () => {
  expect(whatIsMissing({ platform: "linux", tmpfs: true })).toBeUndefined();
  expect(whatIsMissing({ platform: "linux", tmpfs: false })).toContain("tmpfs");
  expect(whatIsMissing({ platform: "darwin", tmpfs: true })).toContain("Linux");
});
