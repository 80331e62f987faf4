import { describe, expect, it } from "vitest";
import type { PublicKeyCredentialRequestOptionsJSON } from "@simplewebauthn/server";
import type { ScanResponse } from "../../../src/protocol/responses.ts";
import { BERLIN, problemOf, withPolicy } from "../../support/api.ts";
import { TestBrowser } from "../../support/test-browser.ts";
import { TestPhone } from "../../support/test-phone.ts";
import { TestScreen } from "../../support/test-screen.ts";

const worker = withPolicy({ matching: "always", step_up: "off" });

/** A screen whose browser is also where somebody is signed in. */
async function oneDevice() {
  const [screen, ada] = [
    await TestScreen.begin({ client_id: "shop" }, { place: BERLIN, worker }),
    await TestPhone.signUp("Ada", { place: BERLIN, worker }),
  ];
  for (const [name, value] of ada.cookies) screen.browser.cookies.set(name, value);
  return { screen, passkey: ada.authenticator };
}

const directly = (screen: TestScreen) =>
  screen.browser.post(screen.path("scan"), { same_device: true });

describe("the browser that displays the code (RFC 10027 §5)", () => {
  it("refuses the screen that opens its own code, and changes nothing", async () => {
    const { screen } = await oneDevice();
    const answer = await screen.browser.post(screen.path("scan"), await screen.code());
    expect(await problemOf(answer)).toEqual([409, "same_device"]);
    expect(await screen.snapshot()).toMatchObject({ status: "pending", version: 1 });
  });

  it("logs the screen in directly by the passkey, without number matching", async () => {
    const { screen, passkey } = await oneDevice();
    const answer = await directly(screen);
    const { scan_token, request } = await answer.json<ScanResponse>();
    expect(request).toMatchObject({ step_up: true });
    expect(request).not.toHaveProperty("match");
    expect(await screen.snapshot()).not.toHaveProperty("match");

    const tapped = await screen.browser.post(screen.path("approve"), { scan_token });
    expect(await problemOf(tapped)).toEqual([403, "step_up_required"]);
    const begun = await screen.browser.post(screen.path("step-up"), { scan_token });
    const { options } = await begun.json<{ options: PublicKeyCredentialRequestOptionsJSON }>();
    const assertion = await passkey.get(options);
    const approved = await screen.browser.post(screen.path("approve"), { scan_token, assertion });
    expect(await approved.json()).toEqual({ status: "approved" });
  });

  it("refuses a direct login without the screen's cookie, or with that of another session", async () => {
    const { screen } = await oneDevice();
    const path = screen.path("scan");
    const stranger = await new TestBrowser({ place: BERLIN, worker }).post(path, {
      same_device: true,
    });
    expect(await problemOf(stranger)).toEqual([401, "watch_token_missing"]);
    const other = await TestScreen.begin({ client_id: "shop" }, { place: BERLIN, worker });
    const stolen = await other.browser.post(path, { same_device: true });
    expect(await problemOf(stolen)).toEqual([401, "watch_token_missing"]);
    expect((await screen.snapshot()).status).toBe("pending");
  });

  it("refuses a direct login from a page of another site", async () => {
    const { screen } = await oneDevice();
    screen.browser.headers = { Origin: "https://evil.example" };
    screen.browser.cookies.delete("__Host-phone");
    expect(await problemOf(await directly(screen))).toEqual([403, "origin_not_allowed"]);
  });

  it("lets a screen scan the code of another screen", async () => {
    const { screen } = await oneDevice();
    const other = await TestScreen.begin({ client_id: "shop" }, { place: BERLIN, worker });
    const answer = await screen.browser.post(other.path("scan"), await other.code());
    expect(answer.status).toBe(200);
  });
});
