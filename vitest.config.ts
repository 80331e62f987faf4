import { cloudflareTest } from "@cloudflare/vitest-plugin";
import { defineConfig } from "vitest/config";
import { optionsOf } from "./test/reliability/options.ts";
import { receiverClients } from "./test/support/receiver-clients.ts";

/** Milliseconds: no test is about time, and machines are slow and busy now and then. */
const PATIENCE = {
  testTimeout: 120_000,
  hookTimeout: 120_000,
  expect: { poll: { timeout: 60_000 } },
};

/** Where things really run: the Workers runtime (twice, with two configurations), Node, and browsers before a server. */
export default defineConfig({
  test: {
    // What operators are told of every login is no news here.
    onConsoleLog: (log) => !log.startsWith('{"event":'),
    projects: [
      {
        plugins: [
          cloudflareTest({
            wrangler: { configPath: "./wrangler.toml" },
            // As `npm start` sets it.
            miniflare: { bindings: { COMPARE: "on" } },
          }),
        ],
        test: {
          name: "workers",
          include: ["test/**/*.test.ts"],
          exclude: [
            "test/{web,sdk,structure,scripts,bench,e2e,receivers}/**",
            "test/reliability/{soak,races}/**",
          ],
          globalSetup: ["./test/support/node/issuer-server.ts"],
          // How much is tried by tests that try many things: little in CI, more where that is asked for.
          provide: {
            propertyRuns: Number(process.env["PROPERTY_RUNS"] ?? 15),
            reliability: optionsOf(process.env),
          },
          ...PATIENCE,
        },
      },
      {
        // The objects read the addresses that they send to from the configuration, so it is one of its own.
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
          ...PATIENCE,
        },
      },
      {
        test: {
          name: "node",
          include: [
            "test/{web,sdk,structure,scripts,bench}/**/*.test.ts",
            "test/reliability/soak/**/*.test.ts",
          ],
          ...PATIENCE,
        },
      },
      {
        test: {
          name: "e2e",
          include: ["test/e2e/**/*.test.ts"],
          fileParallelism: false,
          ...PATIENCE,
        },
      },
    ],
  },
});
