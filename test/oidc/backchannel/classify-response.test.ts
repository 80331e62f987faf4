import { describe, expect, it } from "vitest";
import { classifyResponse as judgeLogout } from "../../../src/oidc/backchannel/logout-token.ts";
import { classifyResponse as judgeEvent } from "../../../src/oidc/backchannel/security-event.ts";

describe("a response to a security event token", () => {
  it.each([
    [{ status: 202 }, "accepted"],
    [{ status: 400, refusal: { err: "invalid_audience", description: "not us" } }, "refused"],
    [{ status: 400, refusal: { error: "invalid_audience" } }, "failed"],
    [{ status: 400, refusal: { err: "two\nlines" } }, "failed"],
    [{ status: 400, refusal: "no" }, "failed"],
    [{ status: 400 }, "failed"],
    [{ status: 200 }, "failed"],
    [{ status: 204 }, "failed"],
    [{ status: 303 }, "failed"],
    [{ status: 401 }, "failed"],
    [{ status: 404 }, "failed"],
    [{ status: 429 }, "failed"],
    [{ status: 503 }, "failed"],
  ])("classifies the response %j as %s", (answer, end) => {
    expect(judgeEvent(answer).end).toBe(end);
  });
});

describe("a response to a logout token", () => {
  it.each([
    [{ status: 200 }, "accepted"],
    [{ status: 204 }, "accepted"],
    [{ status: 400 }, "refused"],
    [{ status: 202 }, "failed"],
    [{ status: 302 }, "failed"],
    [{ status: 404 }, "failed"],
    [{ status: 500 }, "failed"],
    [{ status: 501 }, "failed"],
  ])("classifies the logout response %j as %s [BACKCHANNEL-LOGOUT-2.8]", (answer, end) => {
    expect(judgeLogout(answer).end).toBe(end);
  });
});
