import { parseConfig, type Client } from "../../src/config/index.ts";

/** A client as the configuration would give it, with what isn't said by its defaults. */
export function clientWith(settings: Partial<Client> & { client_id: string }): Client {
  const { clients } = parseConfig({
    ISSUER: "https://login.example.com",
    CLIENTS: [{ name: settings.client_id, ...settings }],
  });
  const client = clients.get(settings.client_id);
  if (!client) throw new Error("no such client");
  return client;
}
