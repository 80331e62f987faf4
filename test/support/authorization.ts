import { LOGIN_PAGE_ID, parseLoginPage, type ClientLogin } from "../../src/protocol/login-page.ts";
import type { Snapshot } from "../../src/protocol/snapshot.ts";
import type { AuthenticatedUser } from "../../src/login-session/domain/authenticated-user.ts";
import { CHALLENGE } from "./api.ts";
import type { RelyingParty } from "./relying-party.ts";
import { approveTyped, TestScreen } from "./test-screen.ts";

export const CALLBACK = "https://shop.example/back";

/** A client that redirects browsers to the authorization endpoint. */
export const SHOP = {
  client_id: "shop",
  name: "The </script> & Shop",
  redirect_uris: [CALLBACK],
  post_logout_redirect_uris: ["https://shop.example/out"],
};

/** A valid authorization request. */
export const REQUEST = {
  client_id: "shop",
  redirect_uri: CALLBACK,
  response_type: "code",
  scope: "openid",
  code_challenge: CHALLENGE,
  code_challenge_method: "S256",
};

/** The data that the server embeds in the login page. */
export async function embedded(page: Response): Promise<ReturnType<typeof parseLoginPage>> {
  const html = await page.text();
  const [, json] = new RegExp(`id="${LOGIN_PAGE_ID}">(.*?)</script>`, "s").exec(html) ?? [];
  if (json === undefined) throw new Error(`no embedded data: ${html}`);
  return parseLoginPage(json);
}

/** Opens the login page. Returns the login that it started. */
export async function openLogin(shop: RelyingParty, request: object = {}): Promise<ClientLogin> {
  const query = new URLSearchParams({ ...REQUEST, ...request });
  const page = await embedded(await shop.request(`/authorize?${query.toString()}`));
  if (!("request" in page)) throw new Error(`no login: ${JSON.stringify(page)}`);
  return page;
}

/** Approves the login. Returns the snapshot of its page. */
export async function approveLogin(
  shop: RelyingParty,
  { session }: ClientLogin,
  account?: AuthenticatedUser,
): Promise<Snapshot> {
  const screen = new TestScreen(session, { worker: shop.worker });
  await approveTyped(screen.stub, account);
  return await screen.snapshot();
}
