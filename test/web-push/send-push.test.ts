import { describe, expect, it } from "vitest";
import { classifyResponse } from "../../src/web-push/send-push.ts";

describe("a response of a push service", () => {
  it.each([
    [201, "accepted"],
    [202, "accepted"],
    [200, "accepted"],
    [204, "accepted"],
    [404, "gone"],
    [410, "gone"],
    [408, "failed"],
    [429, "failed"],
    [500, "failed"],
    [503, "failed"],
    [301, "refused"],
    [400, "refused"],
    [401, "refused"],
    [403, "refused"],
    [413, "refused"],
  ])("classifies status %i of a push service as %s", (status, end) => {
    expect(classifyResponse(status).end).toBe(end);
  });
});
