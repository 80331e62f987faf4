import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { app } from "../../src/app.ts";
import {
  ConfigurationError,
  parseConfig,
  PHONE_CLIENT_ID,
  policyOf,
} from "../../src/config/index.ts";
import { DEFAULT_POLICY } from "../../src/login-session/domain/risk/policy.ts";
import { ISSUER, problemOf, redeem } from "../support/api.ts";
import { TestScreen } from "../support/test-screen.ts";

function config(policy: unknown, more: object = {}) {
  const client = {
    client_id: "shop",
    name: "The Shop",
    ...(policy === undefined ? {} : { policy }),
  };
  return parseConfig({ ISSUER: "https://login.example.com", CLIENTS: [client], ...more });
}

function policyWith(policy?: unknown) {
  const shop = config(policy).clients.get("shop");
  return shop && policyOf(shop);
}

function mistakeIn(policy: unknown): string {
  try {
    config(policy);
  } catch (error) {
    if (error instanceof ConfigurationError) return error.message;
    throw error;
  }
  return "no mistake";
}

describe("a client's policy", () => {
  it("uses the default policy for a client without one", () => {
    expect(policyWith()).toEqual(DEFAULT_POLICY);
    expect(policyWith({})).toEqual(DEFAULT_POLICY);
  });

  it("uses the configured values and the defaults for the rest", () => {
    const said = {
      matching: "always",
      matching_by: "screen",
      step_up: "off",
      step_up_max_age: 60,
      step_up_acr: ["phr"],
      verify: ["new_device"],
      block: ["anonymous_network"],
      max_distance: 50,
      networks: [64496],
      repeats: "end",
    };
    expect(policyWith(said)).toEqual({
      matching: "always",
      matchingBy: "screen",
      stepUp: "off",
      stepUpMaxAge: 60_000,
      stepUpAcr: ["phr"],
      verify: ["new_device"],
      block: ["anonymous_network"],
      maxDistance: 50,
      networks: [64496],
      repeats: "end",
    });
    expect(policyWith({ matching: "off" })).toEqual({ ...DEFAULT_POLICY, matching: "off" });
  });

  it.each([
    [{ matching: "sometimes" }, 'matching must be "off", "on_risk" or "always"'],
    [{ matching_by: "both" }, 'matching_by must be "phone" or "screen"'],
    [{ matchin: "off" }, "matchin is not a known setting"],
    [{ step_up: true }, "step_up must be"],
    [{ step_up_max_age: 5 }, "step_up_max_age must be at least 10 seconds"],
    [{ step_up_acr: ["a b"] }, "step_up_acr[0] must be"],
    [{ step_up_acr: ['a"'] }, "step_up_acr[0] must be"],
    [{ verify: ["far_away"] }, "verify[0] must be a reason"],
    [{ block: ["tor"] }, "block[0] must be a reason"],
    [{ max_distance: -1 }, "max_distance must be kilometres"],
    [{ networks: ["AS64496"] }, "networks[0] must be number"],
    [{ networks: [0] }, "networks[0] must be an AS number"],
    [{ repeats: "ignore" }, 'repeats must be "tell" or "end"'],
  ])("names the mistake in the policy %j", (policy, expected) => {
    expect(mistakeIn(policy)).toContain(`CLIENTS[0].policy.${expected}`);
  });
});

describe("the client for new phones", () => {
  it("adds the client for new phones if passkeys are on, and always requires matching and step-up of it", () => {
    const phone = config({}).clients.get(PHONE_CLIENT_ID);
    expect(phone && policyOf(phone)).toMatchObject({
      matching: "always",
      matchingBy: "phone",
      stepUp: "always",
    });
    expect(config({}, { PASSKEYS: "off" }).clients.has(PHONE_CLIENT_ID)).toBe(false);
  });

  it("rejects a configured client with the id of the built-in one", () => {
    const CLIENTS = [{ client_id: PHONE_CLIENT_ID, name: "Mine" }];
    const parse = (more: object) => () =>
      parseConfig({ ISSUER: "https://login.example.com", CLIENTS, ...more });
    expect(parse({})).toThrow('CLIENTS must not name a client "phone"');
    expect(parse({ PASSKEYS: "off" })).toThrow('CLIENTS must not name a client "phone"');
  });

  it("starts a login of the client for new phones from our own page only", async () => {
    const begun = await TestScreen.begin(
      { client_id: PHONE_CLIENT_ID },
      { headers: { Origin: ISSUER } },
    );
    expect(begun.created.status).toBe("pending");
    const foreign = TestScreen.begin(
      { client_id: PHONE_CLIENT_ID },
      { headers: { Origin: "https://evil.example" } },
    );
    await expect(foreign).rejects.toThrow("origin_not_allowed");
  });

  it("issues no tokens to the client for new phones by any grant", async () => {
    const login = await TestScreen.begin({ client_id: PHONE_CLIENT_ID });
    const answer = await redeem(`${login.created.session_id}.${"A".repeat(43)}`, {
      client_id: PHONE_CLIENT_ID,
    });
    expect(await problemOf(answer)).toEqual([401, "invalid_client"]);
    const body = new URLSearchParams({ client_id: PHONE_CLIENT_ID });
    const device = await app.request(
      `${ISSUER}/device_authorization`,
      { method: "POST", body },
      env,
    );
    expect(await problemOf(device)).toEqual([401, "invalid_client"]);
  });
});
