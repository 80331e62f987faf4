import { expect, it } from "vitest";
import { whatIsMissing } from "../../bench/harness/requirements.ts";

it("gives the reason when nothing can be measured", () => {
  expect(whatIsMissing({ platform: "linux", tmpfs: true })).toBeUndefined();
  expect(whatIsMissing({ platform: "linux", tmpfs: false })).toContain("tmpfs");
  expect(whatIsMissing({ platform: "darwin", tmpfs: true })).toContain("Linux");
});
