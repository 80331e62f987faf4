import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { hasCallbackUrl, callbackUrl } from "../../../src/oidc/backchannel/callback-url.ts";

const told = { client_id: "told", name: "Told", callback_uri: "https://told.example/events" };
const configured = { ...env, CLIENTS: [told, { client_id: "untold", name: "Untold" }] };

describe("a client's address", () => {
  it("returns the configured URL of the requested setting", () => {
    expect(callbackUrl(configured, "told", "callback_uri")).toBe("https://told.example/events");
    expect(callbackUrl(configured, "told", "backchannel_logout_uri")).toBeUndefined();
    expect(hasCallbackUrl(configured, "told", "callback_uri")).toBe(true);
  });

  it.each(["untold", "nobody"])("returns no URL for the client %s", (clientId) => {
    expect(callbackUrl(configured, clientId, "callback_uri")).toBeUndefined();
    expect(hasCallbackUrl(configured, clientId, "callback_uri")).toBe(false);
  });

  it("keeps messages and sends none while the configuration is invalid", () => {
    const wrong = { ...configured, ISSUER: "http://login.example.com" };
    expect(hasCallbackUrl(wrong, "untold", "callback_uri")).toBe(true);
    expect(() => callbackUrl(wrong, "told", "callback_uri")).toThrow(/ISSUER/);
  });
});
