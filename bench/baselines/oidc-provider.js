/**
 * panva's oidc-provider with its device flow, as in its documentation: development interactions,
 * everything in memory. Its own memory adapter keeps only 1,000 entries and so loses logins under load;
 * this adapter is a plain Map.
 */
import { generateKeyPairSync } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:http";
import { Provider } from "oidc-provider";

const stored = new Map();
const byUid = new Map();
const byUserCode = new Map();

class MapAdapter {
  constructor(model) {
    this.model = model;
  }

  #key(id) {
    return `${this.model}:${id}`;
  }

  async upsert(id, payload) {
    stored.set(this.#key(id), payload);
    if (payload.uid) byUid.set(payload.uid, id);
    if (payload.userCode) byUserCode.set(payload.userCode, id);
  }

  async find(id) {
    return stored.get(this.#key(id));
  }

  async findByUid(uid) {
    return this.find(byUid.get(uid));
  }

  async findByUserCode(userCode) {
    return this.find(byUserCode.get(userCode));
  }

  async consume(id) {
    stored.get(this.#key(id)).consumed = Math.floor(Date.now() / 1000);
  }

  async destroy(id) {
    const payload = stored.get(this.#key(id));
    stored.delete(this.#key(id));
    if (payload?.uid) byUid.delete(payload.uid);
    if (payload?.userCode) byUserCode.delete(payload.userCode);
  }

  async revokeByGrantId(grantId) {
    for (const [key, payload] of stored) if (payload.grantId === grantId) stored.delete(key);
  }
}

const { privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });

const server = createServer();
server.listen(0, "127.0.0.1");
await once(server, "listening");
const origin = `http://127.0.0.1:${server.address().port}`;

const provider = new Provider(origin, {
  adapter: MapAdapter,
  clients: [
    {
      client_id: "screen",
      token_endpoint_auth_method: "none",
      grant_types: ["urn:ietf:params:oauth:grant-type:device_code"],
      redirect_uris: [],
      response_types: [],
      id_token_signed_response_alg: "ES256",
    },
  ],
  cookies: { keys: ["a key of the bench"] },
  jwks: { keys: [{ ...privateKey.export({ format: "jwk" }), use: "sig", alg: "ES256", kid: "1" }] },
  features: { deviceFlow: { enabled: true }, devInteractions: { enabled: true } },
});
server.on("request", provider.callback());
console.log(`listening ${origin}`);
