/**
 * Logs in to a web page by a phone: the SDK for the page that displays the code. Served as `/sdk.js`.
 *
 * ```js
 * import { startLogin, renderQr } from "https://login.example.com/sdk.js";
 *
 * const login = await startLogin({ clientId: "my-site", scope: "openid profile" });
 * const over = new AbortController();
 *
 * void (async () => {
 *   for await (const link of login.codes(over.signal)) {
 *     document.querySelector("#qr").replaceChildren(renderQr(link, "QR code to log in"));
 *   }
 * })();
 *
 * for await (const event of login.watch({ signal: over.signal })) {
 *   if (event.type !== "snapshot") continue;
 *   const { status, match, code } = event.snapshot;
 *   if (match?.by === "phone") showLarge(match.digits);
 *   if (match?.by === "screen" && !match.done) login.match(await typedDigits());
 *   if (status !== "approved") continue;
 *   const { claims } = await login.redeem(code);
 *   console.log(`Logged in as ${claims.name}`);
 *   break;
 * }
 * over.abort();
 * ```
 *
 * While a login is `scanned`, its snapshot may have a `match`: number matching, by which the user shows that
 * they see this screen (RFC 10027 §6.1.16). For `{ by: "phone", digits }`, display the two digits, which the
 * user types on the phone. For `{ by: "screen", done }`, ask for the four digits that the phone displays, and
 * submit them by `login.match(code)`. The login can't be approved before.
 *
 * The page's origin must be one of the client's `allowed_origins`.
 */
export { startLogin, Login, type LoginOptions } from "./start-login.ts";
export { LoginSession as ShownLogin } from "./login-session.ts";
export { createSession as beginSession } from "./create-session.ts";
export type { WatchEvent, WatchOptions } from "./watch/watch.ts";
export type { TransportName } from "./watch/transport-fallback.ts";
export type { IdTokenClaims, Tokens } from "./tokens.ts";
export { LoginError as LoginFailure } from "./login-error.ts";
export { renderQr } from "./qr.ts";
export { qrPath, type QrPath } from "../lib/qr/path.ts";
export { qrSvg } from "../lib/qr/svg.ts";
export { isTerminal, type Snapshot, type Status } from "../protocol/snapshot.ts";
export type { CreatedSession } from "../protocol/responses.ts";
