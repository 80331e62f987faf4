import { describe, expect, it } from "vitest";
import { PLACES, problemOf, readScan } from "../support/api.ts";
import { TestPhone } from "../support/test-phone.ts";
import { TestScreen } from "../support/test-screen.ts";

/** The code is opened by the browser that shows it, so there are no two devices to compare. */

function holdsWatchCookie(owner: TestPhone, { created }: TestScreen): void {
  owner.cookies.set("__Host-watch_tokens", `${created.session_id}.${created.watch_token}`);
}

describe("a code opened on the device that shows it", () => {
  it("refuses a scan by the browser that shows the code and lets another phone scan [ATTACK-same-device]", async () => {
    const [login, ada] = [await TestScreen.begin(), await TestPhone.signUp()];
    holdsWatchCookie(ada, login);
    const answer = await ada.send(login, "scan", await login.code());
    expect(await problemOf(answer)).toEqual([409, "same_device"]);
    expect(await login.snapshot()).toMatchObject({ status: "pending", version: 1 });
    const grace = await TestPhone.signUp("Grace");
    expect(await grace.scan(login)).toHaveProperty("scan_token");
  });

  it("requires the passkey for a login on the same device [ATTACK-same-device/3]", async () => {
    const [login, ada] = [await TestScreen.begin(), await TestPhone.signUp()];
    holdsWatchCookie(ada, login);
    const claimed = await ada.send(login, "scan", { same_device: true });
    const { scan_token } = await claimed.json<{ scan_token: string }>();
    const tapped = await ada.send(login, "approve", { scan_token });
    expect(await problemOf(tapped)).toEqual([403, "step_up_required"]);
    expect((await ada.approve(login, scan_token)).status).toBe(200);
  });

  it("refuses the request and the approval of a typed code in the browser that shows it [ATTACK-same-device/2]", async () => {
    const [login, ada] = [await TestScreen.begin(), await TestPhone.signUp()];
    holdsWatchCookie(ada, login);
    const { user_code } = login.created;
    const { scan_token } = await readScan(await ada.post("/sessions/scan", { user_code }));
    const looked = await ada.send(login, "scan", { scan_token });
    expect(await problemOf(looked)).toEqual([409, "same_device"]);
    const approved = await ada.send(login, "approve", { scan_token });
    expect(await problemOf(approved)).toEqual([409, "same_device"]);
    ada.cookies.delete("__Host-phone");
    const signedOut = await ada.send(login, "scan", { scan_token });
    expect(await problemOf(signedOut)).toEqual([409, "same_device"]);
    expect((await login.snapshot()).status).toBe("scanned");
    expect((await ada.send(login, "deny", { scan_token })).status).toBe(200);
  });

  it("accepts the passkey in the browser that shows the code after the code was typed there", async () => {
    const [login, ada] = [await TestScreen.begin(), await TestPhone.signUp()];
    holdsWatchCookie(ada, login);
    const { user_code } = login.created;
    const typed = await readScan(await ada.post("/sessions/scan", { user_code }));
    const { scan_token } = await readScan(await ada.send(login, "scan", { same_device: true }));
    const before = await ada.send(login, "approve", { scan_token: typed.scan_token });
    expect(await problemOf(before)).toEqual([403, "scan_token_invalid"]);
    const tapped = await ada.send(login, "approve", { scan_token });
    expect(await problemOf(tapped)).toEqual([403, "step_up_required"]);
    expect((await ada.approve(login, scan_token)).status).toBe(200);
  });

  it.each(["moscow", "rented", "tor"] as const)(
    "refuses a same-device login that a phisher planted from %s [ATTACK-same-device/4]",
    async (place) => {
      const login = await TestScreen.begin({}, { place: PLACES[place] });
      const ada = await TestPhone.signUp("Ada", { place: PLACES.berlin });
      // The __Host- prefix keeps other hosts from setting the cookie (RFC 6265bis §4.1.3.2), but
      // not in every browser.
      holdsWatchCookie(ada, login);
      const claimed = await ada.send(login, "scan", { same_device: true });
      const { scan_token, request } = await readScan(claimed);
      expect(request?.risk.verdict).toBe("block");
      expect(await problemOf(await ada.approve(login, scan_token))).toEqual([403, "risk_blocked"]);
    },
  );

  it.each<[string, Record<string, string | undefined>]>([
    ["another site", { Origin: "https://evil.example" }],
    ["another site, by its metadata", { "Sec-Fetch-Site": "cross-site" }],
    ["nobody that says where it is", { Origin: undefined }],
  ])("refuses a same-device claim for %s", async (_, headers) => {
    const [login, ada] = [await TestScreen.begin(), await TestPhone.signUp()];
    holdsWatchCookie(ada, login);
    Object.assign(ada.headers, headers);
    const answer = await ada.send(login, "scan", { same_device: true });
    expect(await problemOf(answer)).toEqual([403, "origin_not_allowed"]);
    expect((await login.snapshot()).status).toBe("pending");
  });

  it("refuses a same-device claim by a browser that does not show the code [ATTACK-same-device/5]", async () => {
    const [login, other, ada] = [
      await TestScreen.begin(),
      await TestScreen.begin(),
      await TestPhone.signUp(),
    ];
    const without = await ada.send(login, "scan", { same_device: true });
    expect(await problemOf(without)).toEqual([401, "watch_token_missing"]);
    holdsWatchCookie(ada, other);
    const answer = await ada.send(login, "scan", { same_device: true });
    expect(await problemOf(answer)).toEqual([401, "watch_token_missing"]);
    const stolen = `${login.created.session_id}.${other.created.watch_token}`;
    ada.cookies.set("__Host-watch_tokens", stolen);
    const planted = await ada.send(login, "scan", { same_device: true });
    expect(await problemOf(planted)).toEqual([401, "watch_token_invalid"]);
    expect((await login.snapshot()).status).toBe("pending");
  });
});
