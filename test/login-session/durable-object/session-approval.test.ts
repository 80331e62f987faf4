import { afterEach, expect, it, vi } from "vitest";
import { Account } from "../../../src/accounts/account.ts";
import { PushedRequests } from "../../../src/oidc/authorization/pushed-requests.ts";
import { withClients } from "../../support/api.ts";
import { embedded, REQUEST, SHOP } from "../../support/authorization.ts";
import { RelyingParty } from "../../support/relying-party.ts";
import { loginSession, TestScreen } from "../../support/test-screen.ts";

afterEach(() => {
  vi.restoreAllMocks();
});

const shop = new RelyingParty(withClients(SHOP), "shop");

/** The screen of a login whose request was pushed: its approval waits for the object of the request. */
async function screenOfPushedRequest(): Promise<TestScreen> {
  const { client_id, ...parameters } = REQUEST;
  const pushed = await shop.post("/par", parameters);
  const { request_uri } = await pushed.json<{ request_uri: string }>();
  const query = new URLSearchParams({ client_id, request_uri });
  const page = await embedded(await shop.request(`/authorize?${query.toString()}`));
  if (!("session" in page)) throw new Error("no login");
  return new TestScreen(page.session, { worker: shop.worker });
}

it("assesses the risk again if the phone viewed the request with another account meanwhile", async () => {
  const screen = await screenOfPushedRequest();
  const scanned = await screen.stub.scan("user_code", {});
  if (!scanned.ok) throw new Error("not scanned");
  const token = scanned.value.scan_token;
  // A stub of its own for each call: another object calls too.
  const viewAs = (sub: string) =>
    loginSession(screen.created.session_id).viewRequest(token, {
      approver: { account: { sub }, history: { known: [], logins: 0 }, device: {} },
    });
  expect((await viewAs("ada")).ok).toBe(true);

  const history = vi.spyOn(Account.prototype, "loginHistory");
  const reserve = vi.spyOn(PushedRequests.prototype, "reserve");
  reserve.mockImplementationOnce(((sessionId: string) =>
    viewAs("eve").then(() => sessionId)) as unknown as PushedRequests["reserve"]);
  const approved = await screen.stub.approve(token, { account: { sub: "ada" }, device: {} });

  expect(approved.ok).toBe(true);
  expect(reserve).toHaveBeenCalledTimes(2);
  expect(history).toHaveBeenCalledTimes(1);
});
