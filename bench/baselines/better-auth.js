/**
 * better-auth with its device authorization plugin, on SQLite in a file (WAL), or in memory with
 * DATABASE=memory. Its rate limit is off, because one machine plays all users.
 */
import { once } from "node:events";
import { createServer } from "node:http";
import { DatabaseSync } from "node:sqlite";
import { betterAuth } from "better-auth";
import { memoryAdapter } from "better-auth/adapters/memory";
import { getMigrations } from "better-auth/db/migration";
import { toNodeHandler } from "better-auth/node";
import { deviceAuthorization } from "better-auth/plugins/device-authorization";

const server = createServer();
server.listen(0, "127.0.0.1");
await once(server, "listening");
const origin = `http://127.0.0.1:${server.address().port}`;

function database() {
  if (process.env.DATABASE === "memory") {
    return memoryAdapter({ user: [], session: [], account: [], verification: [], deviceCode: [] });
  }
  const file = new DatabaseSync(`${process.env.FOLDER}/better-auth.sqlite`);
  file.exec("PRAGMA journal_mode = WAL");
  return file;
}

const options = {
  baseURL: origin,
  secret: "a secret of the bench, 32 characters at least",
  database: database(),
  emailAndPassword: { enabled: true },
  rateLimit: { enabled: false },
  telemetry: { enabled: false },
  logger: { level: "error" },
  plugins: [
    deviceAuthorization({ verificationUri: "/device", validateClient: (id) => id === "screen" }),
  ],
};
if (process.env.DATABASE !== "memory") await (await getMigrations(options)).runMigrations();

const handle = toNodeHandler(betterAuth(options));
server.on("request", (request, response) => void handle(request, response));
console.log(`listening ${origin}`);
