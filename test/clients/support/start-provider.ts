import { once } from "node:events";
import { join } from "node:path";
import { connect } from "node:tls";
import type { TestProject } from "vitest/node";
import { installPackage } from "../../../scripts/install-package.ts";
import { startTrustedIssuer } from "../../e2e/support/trusted-issuer.ts";
import { freePort, startTestServer } from "../../support/node/server.ts";
import type { Provider } from "./provider.ts";
import { CLIENT_IDS, REGISTRATIONS, type ClientId } from "./registrations.ts";

/** Installs the client libraries, and starts one Worker with TLS for all tests. */
export default async function setup({ provide }: TestProject): Promise<() => Promise<void>> {
  installPackage(join(import.meta.dirname, ".."), console.info);
  const trusted = await startTrustedIssuer();
  const sites = await forEachClient(async () => `http://localhost:${await freePort()}`);
  const clients = CLIENT_IDS.map((client_id) => ({
    client_id,
    name: client_id,
    ...REGISTRATIONS[client_id](sites[client_id]),
  }));
  const server = await startTestServer({
    tls: true,
    vars: { CLIENTS: JSON.stringify(clients), ISSUERS: JSON.stringify([trusted.setting]) },
  });
  const phones = await forEachClient((client) =>
    trusted.tokenFor(`ada-at-${client}`, {
      name: "Ada Lovelace",
      email: "ada@example.com",
      email_verified: true,
      exp: Math.floor(Date.now() / 1000) + 3600,
    }),
  );
  const certificate = await certificateOf(server.origin);
  provide("provider", { issuer: server.origin, sites, phones, certificate });

  return async () => {
    await server[Symbol.asyncDispose]();
    await trusted[Symbol.asyncDispose]();
  };
}

async function forEachClient(
  make: (client: ClientId) => Promise<string>,
): Promise<Provider["sites"]> {
  const made: Partial<Provider["sites"]> = {};
  for (const client of CLIENT_IDS) made[client] = await make(client);
  return made as Provider["sites"];
}

/** The certificate that a server shows, in PEM. */
async function certificateOf(origin: string): Promise<string> {
  const { hostname, port } = new URL(origin);
  const socket = connect({ host: hostname, port: Number(port), rejectUnauthorized: false });
  await once(socket, "secureConnect");
  const certificate = socket.getPeerX509Certificate()?.toString();
  socket.destroy();
  if (certificate === undefined) throw new Error("the server shows no certificate");
  return certificate;
}
