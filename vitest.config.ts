import { cloudflareTest } from "@cloudflare/vitest-plugin";
import { defineConfig } from "vitest/config";
import { optionsOf } from "./test/reliability/options.ts";
import { receiverClients } from "./test/receivers/receiver-clients.ts";

/** In milliseconds. No test measures time, and a machine may be slow or busy. */
const TIMEOUTS = {
  testTimeout: 120_000,
  hookTimeout: 120_000,
  expect: { poll: { timeout: 60_000 } },
};

/** Tests run in the Workers runtime (with two configurations), in Node, and in browsers against a server. */
export default defineConfig({
  test: {
    // Hides the events that are logged for operators.
    onConsoleLog: (log) => !log.startsWith('{"event":'),
    // Istanbul is the only provider that works in the Workers runtime. Prints the lines that no test reaches.
    coverage: {
      provider: "istanbul",
      include: ["src/**/*.ts"],
      exclude: ["**/*.d.ts"],
      reporter: [["text", { skipFull: true, maxCols: 160 }]],
    },
    projects: [
      {
        plugins: [
          cloudflareTest({
            wrangler: { configPath: "./wrangler.toml" },
            // Set as by `npm start`.
            miniflare: { bindings: { COMPARE: "on" } },
          }),
        ],
        test: {
          name: "workers",
          include: ["test/**/*.test.ts"],
          exclude: [
            "test/{web,sdk,structure,scripts,bench,e2e,clients,receivers}/**",
            "test/reliability/{soak,races}/**",
          ],
          globalSetup: ["./test/support/node/issuer-server.ts"],
          // The number of runs of property and fuzz tests: few by default, more on request.
          provide: {
            propertyRuns: Number(process.env["PROPERTY_RUNS"] ?? 15),
            reliability: optionsOf(process.env),
          },
          ...TIMEOUTS,
        },
      },
      {
        // The Durable Objects read the receivers' URLs from the configuration, so this project has its own.
        plugins: [
          cloudflareTest(({ inject }) => ({
            wrangler: { configPath: "./wrangler.toml" },
            miniflare: {
              bindings: {
                CLIENTS: receiverClients(inject("receiverServer")),
                PUSH_SERVICES: [inject("receiverServer")],
              },
            },
          })),
        ],
        test: {
          name: "receivers",
          include: ["test/receivers/**/*.test.ts", "test/reliability/races/**/*.test.ts"],
          provide: { reliability: optionsOf(process.env) },
          globalSetup: ["./test/support/node/receiver-server.ts"],
          ...TIMEOUTS,
        },
      },
      {
        test: {
          name: "node",
          include: [
            "test/{web,sdk,structure,scripts,bench}/**/*.test.ts",
            "test/reliability/soak/**/*.test.ts",
          ],
          ...TIMEOUTS,
        },
      },
      {
        test: {
          name: "e2e",
          include: ["test/e2e/**/*.test.ts"],
          fileParallelism: false,
          ...TIMEOUTS,
        },
      },
      {
        // Client libraries of other people, which have a package of their own.
        test: {
          name: "clients",
          include: ["test/clients/*.test.ts"],
          globalSetup: ["./test/clients/support/start-provider.ts"],
          setupFiles: ["./test/clients/support/trust-provider.ts"],
          ...TIMEOUTS,
        },
      },
    ],
  },
});
