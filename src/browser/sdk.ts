/**
 * Log in to a web page by a phone: the screen's side, for any page. Served as `/sdk.js`.
 *
 * ```js
 * import { startLogin, renderQr } from "https://login.example.com/sdk.js";
 *
 * const login = await startLogin({ clientId: "my-site", scope: "openid profile" });
 * const ended = new AbortController();
 *
 * void (async () => {
 *   for await (const link of login.codes(ended.signal)) {
 *     document.querySelector("#qr").replaceChildren(renderQr(link, "QR code to log in"));
 *   }
 * })();
 *
 * for await (const event of login.watch({ signal: ended.signal })) {
 *   if (event.type !== "snapshot") continue;
 *   const { status, match, code } = event.snapshot;
 *   if (match?.by === "phone") showLarge(match.digits);
 *   if (match?.by === "screen" && !match.done) login.match(await whatSomebodyTypes());
 *   if (status !== "approved") continue;
 *   const { claims } = await login.redeem(code);
 *   console.log(`Logged in as ${claims.name}`);
 *   break;
 * }
 * ended.abort();
 * ```
 *
 * While a login is `scanned`, its snapshot may have a `match`, since the phone's owner is to show that
 * they see this screen (RFC 10027 §6.1.16). `{ by: "phone", digits }`: show the two digits, which
 * they type on the phone. `{ by: "screen", done }`: ask for the four digits that the phone shows, and
 * say them by `login.match(code)`. Without it, nobody can approve.
 *
 * The page's origin must be one of the client's `allowed_origins`.
 */
export { startLogin, Login, type LoginOptions } from "./client/start-login.ts";
export { ShownLogin } from "./client/shown-login.ts";
export { beginSession } from "./client/begin-session.ts";
export type { WatchEvent, WatchOptions } from "./client/watch.ts";
export type { TransportName } from "./client/reconnect.ts";
export type { IdTokenClaims, Tokens } from "./client/tokens.ts";
export { LoginFailure } from "./client/failure.ts";
export { renderQr } from "./client/qr.ts";
export { qrPath, type QrPath } from "../qr/path.ts";
export { qrSvg } from "../qr/svg.ts";
export { isTerminal, type Snapshot, type Status } from "../protocol/snapshot.ts";
export type { CreatedSession } from "../protocol/answers.ts";
