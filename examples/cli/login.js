/**
 * A command line that logs its user in with their phone, by the device authorization grant (RFC 8628).
 * It works with any provider that supports the grant. If the server offers events, it waits for an
 * event instead of polling.
 */
import { setTimeout } from "node:timers/promises";
import { EventSourceParserStream } from "eventsource-parser/stream";
import * as client from "openid-client";
import { encodeQR } from "qr";

const issuer = new URL(process.env.ISSUER ?? "http://localhost:8787");
const clientId = process.env.CLIENT_ID ?? "cli";

/** How long the first event may take, in milliseconds. */
const FIRST_EVENT = 10_000;

const config = await client.discovery(issuer, clientId, undefined, client.None(), {
  // Plain http only for a server on this machine.
  execute: issuer.hostname === "localhost" ? [client.allowInsecureRequests] : [],
});
const device = await client.initiateDeviceAuthorization(config, { scope: "openid profile" });

console.log(encodeQR(device.verification_uri_complete ?? device.verification_uri, "term"));
console.log(`Scan this with your phone, or open ${device.verification_uri}`);
console.log(`and compare or type the code ${device.user_code}`);

try {
  const tokens = await (device.events_endpoint ? whenTold() : byPolling());
  const { name, sub } = tokens.claims();
  console.log(`Logged in as ${name ?? sub}.`);
} catch (error) {
  console.error(`Not logged in: ${reasonOf(error)}`);
  process.exitCode = 1;
}

function reasonOf(error) {
  // Bot protection of Cloudflare answers with a page that only a browser can pass.
  const isChallenged = error.cause instanceof Response && error.cause.headers.has("cf-mitigated");
  return isChallenged
    ? "the server's bot protection stopped the request"
    : (error.error ?? error.message);
}

function byPolling() {
  return repeated(() => client.pollDeviceAuthorizationGrant(config, device));
}

/** Waits for the decision, and then requests the tokens once. */
async function whenTold() {
  if (!(await isDecided().catch(() => false))) return byPolling();
  const grant = "urn:ietf:params:oauth:grant-type:device_code";
  return repeated(() =>
    client.genericGrantRequest(config, grant, { device_code: device.device_code }),
  );
}

/**
 * Reads the login's events until the decision. The first event comes at once. False if it doesn't, since some proxies
 * hold event streams back, or if the stream ends early.
 */
async function isDecided() {
  const silence = new AbortController();
  const timer = globalThis.setTimeout(() => silence.abort(), FIRST_EVENT);
  try {
    const stream = await fetch(device.events_endpoint, {
      headers: { Authorization: `Bearer ${device.watch_token}` },
      signal: silence.signal,
    });
    if (!stream.ok || !stream.body) return false;
    const events = stream.body
      .pipeThrough(new TextDecoderStream())
      .pipeThrough(new EventSourceParserStream());
    for await (const { event, data } of events) {
      clearTimeout(timer);
      if (event !== "status") continue;
      if (!["pending", "scanned"].includes(JSON.parse(data).status)) return true;
    }
    return false;
  } finally {
    clearTimeout(timer);
  }
}

/**
 * Repeats a request after a 503 or a lost answer. The server gives the same answer to the same device
 * code.
 */
async function repeated(request) {
  for (let tries = 1; ; tries++) {
    try {
      return await request();
    } catch (error) {
      const isPassing = error instanceof TypeError || error.cause?.status === 503;
      if (!isPassing || tries === 5) throw error;
      await setTimeout(1000 * tries);
    }
  }
}
