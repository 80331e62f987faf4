import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";

const SCRIPT = join(import.meta.dirname, "../../scripts/check-config.ts");

let folder: string;
beforeEach(async () => (folder = await mkdtemp(join(tmpdir(), "qr-login-config-"))));
afterEach(() => rm(folder, { recursive: true, force: true }));

/** Runs the check for these files. */
async function check(toml: string, devVars?: string) {
  const file = join(folder, "wrangler.toml");
  await writeFile(file, `name = "test"\ncompatibility_date = "2026-11-02"\n${toml}`);
  if (devVars !== undefined) await writeFile(join(folder, ".dev.vars"), devVars);
  return await run("--config", file);
}

async function run(...args: string[]): Promise<{ code: unknown; said: string }> {
  const script = spawn(process.execPath, [SCRIPT, ...args], { stdio: ["ignore", "pipe", "pipe"] });
  let said = "";
  script.stdout.on("data", (chunk) => (said += String(chunk)));
  script.stderr.on("data", (chunk) => (said += String(chunk)));
  const [code] = await once(script, "close");
  return { code, said };
}

const SHOP = `
[[vars.CLIENTS]]
client_id = "shop"
name = "The Shop"
redirect_uris = ["https://shop.example/back"]
`;

it("prints a summary of the project's configuration", async () => {
  const { code, said } = await run();
  expect(said).toContain("The configuration is good, for http://localhost:8787.");
  expect(said).toContain("- screen (QR login): public, devices");
  expect(code).toBe(0);
});

it("names clients with single sign-on, and those whose policy leaves it without effect", async () => {
  const policy = '\n[vars.CLIENTS.policy]\nstep_up = "always"\n';
  const bank = SHOP.replace("shop", "bank").replace("The Shop", "The Bank");
  const { code, said } = await check(`
[vars]
ISSUER = "https://login.example.com"
SSO_TTL = 3600
${SHOP}sso = true
${bank}sso = true
${policy}
`);
  expect(said).toContain("shop (The Shop): public, redirects, devices, single sign-on\n  - bank");
  expect(said).toMatch(/bank \(The Bank\): .*, single sign-on\n    sso has no effect/);
  expect(code).toBe(0);
});

it("prints every mistake and fails", async () => {
  const { code, said } = await check(`
[vars]
ISSUER = "http://login.example.com"
SESSION_TTL = 6000
${SHOP.replace('"https://shop.example/back"', '"http://shop.example/back", "https://shop.example/#"')}
colour = "red"
`);
  expect(said).toContain("The configuration has mistakes:");
  expect(said).toContain("- ISSUER must be an https origin");
  expect(said).toContain("- SESSION_TTL must be at most 600 seconds");
  expect(said).toContain("- CLIENTS[0].redirect_uris[0] must be https");
  expect(said).toContain(
    "- CLIENTS[0].redirect_uris[1] must be an absolute URI without a fragment",
  );
  expect(said).toContain("- CLIENTS[0].colour is not a known setting");
  expect(said).not.toMatch(/\n\s+at /);
  expect(code).toBe(1);
});

it("prints in one sentence what a client without mandatory PKCE gives up", async () => {
  const shop = (settings: string) =>
    `[vars]\nISSUER = "https://login.example.com"\n${SHOP}client_secret_sha256 = "${"0".repeat(64)}"\n${settings}`;
  const { code, said } = await check(
    shop('pkce = "optional"\nresources = ["https://api.shop.example"]'),
  );
  expect(said).toContain("tokens for https://api.shop.example");
  expect(said).toMatch(/\n {4}given up: pkce is "optional", so a code .* \(RFC 9700 §2\.1\.1\)\n/);
  expect(code).toBe(0);
  expect((await check(shop('pkce = "required"'))).said).not.toContain("given up");
});

it("prints the checks that an issuer's settings turn off", async () => {
  const issuer = (settings: string) => `
[vars]
ISSUER = "https://login.example.com"
${SHOP}
[[vars.ISSUERS]]
issuer = "https://id.example.com"
audience = "qr-login"
jwks_uri = "https://id.example.com/jwks"
${settings}`;
  const open = await check(issuer('token_type = "JWT"'));
  expect(open.said).toContain("- https://id.example.com\n");
  expect(open.said).toContain('given up: token_type is "JWT"');
  expect(open.said).toContain("given up: required_scope is not set");
  expect(open.said).toContain("given up: allowed_clients is not set");
  const strict = await check(issuer('required_scope = "login"\nallowed_clients = ["app"]'));
  expect(strict.said).toContain("- https://id.example.com");
  expect(strict.said).not.toContain("given up");
  const wrong = await check(issuer('token_type = "id"\nallowed_clients = []'));
  expect(wrong.said).toContain('- ISSUERS[0].token_type must be "at+jwt", "JWT" or "any"');
  expect(wrong.said).toContain("- ISSUERS[0].allowed_clients must name at least one client");
});

it("reads .dev.vars over the file and prints no secrets", async () => {
  const good = `[vars]\nISSUER = "https://login.example.com"\n${SHOP}`;
  const hash = "0123456789abcdef".repeat(4);
  const clients = JSON.stringify([{ client_id: "app", name: "App", client_secret_sha256: hash }]);
  const { code, said } = await check(good, `CLIENTS='${clients}'\n`);
  expect(said).toContain("- app (App): confidential, devices");
  expect(said).not.toContain("shop");
  expect(said).not.toContain(hash);
  expect(code).toBe(0);
  const wrong = await check(
    good,
    `CLIENTS='[{"client_id":"app","client_secret_sha256":"secret"}]'\n`,
  );
  expect(wrong.said).toContain("- CLIENTS[0].name is missing");
  expect(wrong.said).toContain("- CLIENTS[0].client_secret_sha256 must be 64");
  expect(wrong.said).not.toContain('"secret"');
  expect(wrong.code).toBe(1);
});
