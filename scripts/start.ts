/**
 * `npm start`: runs the whole login on this machine, and prints the URLs and what to do. `--port`
 * sets the port, and `--issuer https://…` the public origin, for a real phone behind a tunnel.
 * Other arguments are passed to `wrangler dev`.
 */
import { parseArgs } from "node:util";
import { startDevServer } from "./dev-server.ts";

const { values, tokens } = parseArgs({
  options: { port: { type: "string", default: "8787" }, issuer: { type: "string" } },
  strict: false,
  tokens: true,
});
const port = Number(values.port);
if (!Number.isInteger(port) || port < 1 || port > 65_535) fail("--port must be a port number.");
const issuer = typeof values.issuer === "string" ? values.issuer : undefined;
const others = tokens.flatMap((token) => {
  if (token.kind === "positional") return [token.value];
  if (token.kind !== "option" || ["port", "issuer"].includes(token.name)) return [];
  return token.value === undefined ? [token.rawName] : [token.rawName, token.value];
});

try {
  const log = (text: string) => process.stderr.write(text);
  const server = await startDevServer({ port, log, args: others, ...(issuer ? { issuer } : {}) });
  console.log(`
  QR login is running.

    Screen   ${server.origin}/         open it in your browser: it wants to be logged in
    Phone    ${server.origin}/phone    open it in another browser, or a private window: it plays the phone

  1. On the phone page, create an account with a passkey.
  2. There, type a code, which the screen shows when you ask it to, or hold its camera to the QR code.
  3. Approve, and look at the screen.
${issuer ? "" : "\n  A real phone needs https and a host name: see “With a real phone” in README.md.\n"}
  Ctrl+C ends it.
`);
  for (const signal of ["SIGINT", "SIGTERM"] as const)
    process.once(signal, () => void server.stop());
  await server.ended;
} catch (error) {
  fail(error instanceof Error ? error.message : String(error));
}

function fail(message: string): never {
  console.error(message);
  process.exit(1);
}
