/**
 * `npm run check-config`: reads the configuration like `wrangler dev` (wrangler.toml and
 * .dev.vars), and validates it like the Worker. Prints all mistakes and fails, or prints what the
 * configuration means. `--config` and `--env` are those of wrangler. It doesn't see secrets that
 * are set only in the deployment.
 */
import { join } from "node:path";
import { parseArgs } from "node:util";
import { unstable_getVarsForDev, unstable_readConfig } from "wrangler";
import {
  ConfigurationError,
  isPublicClient,
  parseConfig,
  type Client,
  type Config,
  type TrustedIssuer,
} from "../src/config/index.ts";

const PKCE_OPTIONAL =
  'pkce is "optional", so a code of this client that leaks or is injected is protected only by its secret or key and its nonce (RFC 9700 §2.1.1)';

const { values } = parseArgs({ options: { config: { type: "string" }, env: { type: "string" } } });
const file = values.config ?? join(import.meta.dirname, "../wrangler.toml");

try {
  console.log(summary(parseConfig(readVars(file, values.env))));
} catch (error) {
  if (!(error instanceof ConfigurationError)) throw error;
  console.error(`The configuration has mistakes:\n${list(error.mistakes)}`);
  process.exitCode = 1;
}

function readVars(file: string, env: string | undefined): Record<string, unknown> {
  const { configPath, vars } = unstable_readConfig({ config: file, ...(env ? { env } : {}) });
  const bindings = unstable_getVarsForDev(configPath, undefined, vars, env, true);
  return Object.fromEntries(Object.entries(bindings).map(([name, { value }]) => [name, value]));
}

function summary(config: Config): string {
  const clients = Array.from(config.clients.values(), (client) => {
    const proof = isPublicClient(client) ? "public" : "confidential";
    const ways = [
      client.redirect_uris.length > 0 && "redirects",
      client.allowed_origins.length > 0 && "own pages",
      client.device_grant && "devices",
      client.callback_uri !== undefined && "callback",
      client.backchannel_logout_uri !== undefined && "back-channel logout",
      client.dpop_bound_access_tokens && "DPoP only",
      client.profile === "fapi2" && "FAPI 2.0",
      client.resources.length > 0 && `tokens for ${client.resources.join(" and ")}`,
      client.sso && "single sign-on",
    ].filter((way) => way !== false);
    const line = `${client.client_id} (${client.name}): ${[proof, ...ways].join(", ")}`;
    const givenUp = client.pkce === "optional" ? [`    given up: ${PKCE_OPTIONAL}`] : [];
    return [line, ...givenUp, ...ssoWithoutEffect(client)].join("\n");
  });
  return [
    `The configuration is good, for ${config.issuer}.`,
    `Passkey accounts: ${config.passkeys ? "on" : "off"}`,
    `Clients:\n${list(clients)}`,
    config.issuers.size > 0
      ? `Issuers whose tokens phones may present:\n${list(Array.from(config.issuers.values(), issuerLine))}`
      : "Issuers whose tokens phones may present: none",
  ].join("\n");
}

function ssoWithoutEffect({ sso, policy }: Client): string[] {
  const needsPhone = policy.matching === "always" || policy.step_up === "always";
  return sso && needsPhone
    ? ["    sso has no effect on its own logins: its policy always requires digits or a step-up"]
    : [];
}

/** An issuer, and the checks of its tokens that the settings turn off. */
function issuerLine(issuer: TrustedIssuer): string {
  const { token_type, required_scope, allowed_clients } = issuer;
  const givenUp = [
    token_type !== "at+jwt" &&
      `token_type is "${token_type}", so the type does not tell access tokens from others (RFC 9068 §4)`,
    required_scope === undefined &&
      "required_scope is not set, so an access token with any scope may approve",
    allowed_clients === undefined &&
      "allowed_clients is not set, so a token of any client of this issuer may approve",
  ].filter((line) => line !== false);
  return [issuer.issuer, ...givenUp.map((line) => `    given up: ${line}`)].join("\n");
}

function list(lines: readonly string[]): string {
  return lines.map((line) => `  - ${line}`).join("\n");
}
