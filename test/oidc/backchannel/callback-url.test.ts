import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { hasCallbackUrl, callbackUrl } from "../../../src/oidc/backchannel/callback-url.ts";

const told = { client_id: "told", name: "Told", callback_uri: "https://told.example/events" };
const configured = { ...env, CLIENTS: [told, { client_id: "untold", name: "Untold" }] };

describe("a client's address", () => {
  it("is the configured one, of the kind that is asked for", () => {
    expect(callbackUrl(configured, "told", "callback_uri")).toBe("https://told.example/events");
    expect(callbackUrl(configured, "told", "backchannel_logout_uri")).toBeUndefined();
    expect(hasCallbackUrl(configured, "told", "callback_uri")).toBe(true);
  });

  it.each(["untold", "nobody"])("is none for %s", (clientId) => {
    expect(callbackUrl(configured, clientId, "callback_uri")).toBeUndefined();
    expect(hasCallbackUrl(configured, clientId, "callback_uri")).toBe(false);
  });

  it("can't be known while the configuration is wrong: what is to be sent is kept, and not sent", () => {
    const wrong = { ...configured, ISSUER: "http://login.example.com" };
    expect(hasCallbackUrl(wrong, "untold", "callback_uri")).toBe(true);
    expect(() => callbackUrl(wrong, "told", "callback_uri")).toThrow(/ISSUER/);
  });
});
