import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ACCOUNT, PHONE } from "../../src/web/ui/texts.ts";
import { codeLink, periodAt, rotatingCode } from "../../src/login-session/domain/rotating-code.ts";
import type { CreatedSession } from "../../src/protocol/responses.ts";
import { takePhone, type PhoneInHand } from "./support/people.ts";
import { startPolicyServer } from "./support/policy-server.ts";
import type { TestServer } from "../support/node/server.ts";

/** The description of the data that an approval gives. */

const EVERYTHING = "openid profile email offline_access";
const texts = PHONE.request.consent;

let server: TestServer;
let phone: PhoneInHand;

beforeAll(async () => {
  server = await startPolicyServer({ matching: "off", step_up: "off" });
  const options = { viewport: { width: 320, height: 640 } };
  phone = await takePhone(server.origin, { options });
  await phone.createAccount("Ada Lovelace");
});
afterAll(async () => {
  await phone[Symbol.asyncDispose]();
  await server[Symbol.asyncDispose]();
});

/** Starts a login on a screen and opens its link on the phone. */
async function opens(scope: string): Promise<void> {
  const answer = await fetch(`${server.origin}/sessions`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({
      client_id: "screen",
      scope,
      code_challenge: "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM",
      code_challenge_method: "S256",
    }),
  });
  const { qr, session_id } = (await answer.json()) as CreatedSession;
  await phone.page.goto(codeLink(qr.prefix, await rotatingCode(qr.key, session_id, periodAt(0))));
  await phone.sees("request");
}

const consent = () =>
  phone.page.getByRole("region", { name: texts.heading("Example Shop"), exact: true });

const items = () => consent().getByRole("list").getByRole("listitem").allInnerTexts();

describe("the request on the phone", () => {
  it("lists the data and the end of access for the scope openid", async () => {
    await opens("openid");
    expect(await items()).toEqual([texts.sub]);
    await consent().getByText(texts.login("10 minutes")).waitFor();
    expect(phone.errors).toEqual([]);
  });

  it("lists the name but no e-mail address of an account without one [ASVS-10.7.2]", async () => {
    await opens(EVERYTHING);
    expect(await items()).toEqual([texts.sub, texts.name("Ada Lovelace")]);
    await consent().getByText(texts.offline_access("90 days")).waitFor();
  });

  it("lists the data for a device whose code was typed", async () => {
    const body = new URLSearchParams({ client_id: "screen", scope: EVERYTHING });
    const answer = await fetch(`${server.origin}/device_authorization`, { method: "POST", body });
    const { verification_uri_complete } = (await answer.json()) as Record<string, string>;
    await phone.page.goto(verification_uri_complete ?? "");
    await phone.press(PHONE.typing.submit);
    await phone.sees("request");
    expect(await items()).toEqual([texts.sub, texts.name("Ada Lovelace")]);
    await consent().getByText(texts.offline_access("90 days")).waitFor();
  });

  it("shows the list above the buttons on a narrow phone", async () => {
    await opens(EVERYTHING);
    const isBefore = await consent().evaluate(
      (part, approve) =>
        Array.from(document.querySelectorAll("button")).some(
          (button) =>
            button.textContent === approve &&
            (part.compareDocumentPosition(button) & Node.DOCUMENT_POSITION_FOLLOWING) !== 0,
        ),
      PHONE.request.approve,
    );
    expect(isBefore).toBe(true);
    const width = await phone.page.evaluate(() => document.documentElement.scrollWidth);
    expect(width).toBe(320);
  });

  it("says that another phone receives the account [ASVS-10.7.2/2]", async () => {
    await using fresh = await takePhone(server.origin);
    await fresh.press(ACCOUNT.newPhone.open);
    await fresh.sees("new-phone");
    await phone.follow(fresh);
    await phone.sees("request");
    const { heading, items: given, terms } = PHONE.request.consentToPhone;
    const part = phone.page.getByRole("region", { name: heading });
    expect(await part.getByRole("listitem").allInnerTexts()).toEqual(given);
    await part.getByText(terms).waitFor();
    await phone.press(PHONE.request.decline);
  });
});
