import { LOGIN_PAGE_ID, parseLoginPage, type ClientLogin } from "../../src/protocol/login-page.ts";
import type { Snapshot } from "../../src/protocol/snapshot.ts";
import { sessionStub } from "../../src/login-session/durable-object/session-stub.ts";
import type { AuthenticatedUser } from "../../src/login-session/domain/authenticated-user.ts";
import { approve, CHALLENGE } from "./api.ts";
import type { RelyingParty } from "./relying-party.ts";

export const CALLBACK = "https://shop.example/back";

/** A client that sends browsers here. */
export const SHOP = {
  client_id: "shop",
  name: "The </script> & Shop",
  redirect_uris: [CALLBACK],
  post_logout_redirect_uris: ["https://shop.example/out"],
};

/** A good authorization request. */
export const REQUEST = {
  client_id: "shop",
  redirect_uri: CALLBACK,
  response_type: "code",
  scope: "openid",
  code_challenge: CHALLENGE,
  code_challenge_method: "S256",
};

/** What the server has written into a page for its script. */
export async function embedded(page: Response): Promise<ReturnType<typeof parseLoginPage>> {
  const html = await page.text();
  const [, json] = new RegExp(`id="${LOGIN_PAGE_ID}">(.*?)</script>`, "s").exec(html) ?? [];
  if (json === undefined) throw new Error(`nothing for a script is in this page: ${html}`);
  return parseLoginPage(json);
}

/** Opens the login page as a browser would, and gives the login that was begun with it. */
export async function openLogin(shop: RelyingParty, request: object = {}): Promise<ClientLogin> {
  const query = new URLSearchParams({ ...REQUEST, ...request });
  const page = await embedded(await shop.request(`/authorize?${query.toString()}`));
  if (!("request" in page)) throw new Error(`no login: ${JSON.stringify(page)}`);
  return page;
}

/** Somebody approves the login, and the page hears of it. */
export async function approveLogin(
  shop: RelyingParty,
  { session }: ClientLogin,
  account?: AuthenticatedUser,
): Promise<Snapshot> {
  const stub = sessionStub(shop.worker, session.session_id);
  if (!stub) throw new Error("the session has no object");
  using scanned = await stub.scan("user_code", {});
  if (!scanned.ok) throw new Error(`not scanned: ${scanned.error}`);
  await approve({ stub }, scanned.value.scan_token, account);
  const headers = { Authorization: `Bearer ${session.watch_token}` };
  const snapshot = await shop.request(`/sessions/${session.session_id}`, { headers });
  return await snapshot.json<Snapshot>();
}
