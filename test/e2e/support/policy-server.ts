import { startTestServer, type TestServer } from "../../support/node/server.ts";

/** Starts a server whose client `screen` has this policy. */
export function startPolicyServer(policy: Record<string, unknown>): Promise<TestServer> {
  const client = { client_id: "screen", name: "Example Shop", policy };
  return startTestServer({ vars: { CLIENTS: JSON.stringify([client]) } });
}
