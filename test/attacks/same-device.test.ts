import { describe, expect, it } from "vitest";
import { begin, codeOf, problemOf, type Begun } from "../support/api.ts";
import { beginFrom, Owner, PLACES, readScan, snapshotOf } from "../support/owner.ts";

/** The code is opened by the very browser that shows it: then there are no two devices to compare. */

function holdsWatchCookie(owner: Owner, { created }: Begun): void {
  owner.browser.cookies.set("__Host-watch_tokens", `${created.session_id}.${created.watch_token}`);
}

describe("a code opened on the device that shows it", () => {
  it("refuses a scan by the browser that shows the code and lets another phone scan [ATTACK-same-device]", async () => {
    const [login, ada] = [await begin(), await Owner.signUp()];
    holdsWatchCookie(ada, login);
    const answer = await ada.sends(login, "scan", await codeOf(login));
    expect(await problemOf(answer)).toEqual([409, "same_device"]);
    expect(await snapshotOf(login)).toMatchObject({ status: "pending", version: 1 });
    const grace = await Owner.signUp("Grace");
    expect(await grace.scans(login)).toHaveProperty("scan_token");
  });

  it("requires the passkey for a login on the same device [ATTACK-same-device/3]", async () => {
    const [login, ada] = [await begin(), await Owner.signUp()];
    holdsWatchCookie(ada, login);
    const claimed = await ada.sends(login, "scan", { same_device: true });
    const { scan_token } = await claimed.json<{ scan_token: string }>();
    const tapped = await ada.sends(login, "approve", { scan_token });
    expect(await problemOf(tapped)).toEqual([403, "step_up_required"]);
    expect((await ada.approves(login, scan_token)).status).toBe(200);
  });

  it("refuses the request and the approval of a typed code in the browser that shows it [ATTACK-same-device/2]", async () => {
    const [login, ada] = [await begin(), await Owner.signUp()];
    holdsWatchCookie(ada, login);
    const { user_code } = login.created;
    const { scan_token } = await readScan(await ada.browser.post("/sessions/scan", { user_code }));
    const looked = await ada.sends(login, "scan", { scan_token });
    expect(await problemOf(looked)).toEqual([409, "same_device"]);
    const approved = await ada.sends(login, "approve", { scan_token });
    expect(await problemOf(approved)).toEqual([409, "same_device"]);
    ada.browser.cookies.delete("__Host-phone");
    const signedOut = await ada.sends(login, "scan", { scan_token });
    expect(await problemOf(signedOut)).toEqual([409, "same_device"]);
    expect((await snapshotOf(login)).status).toBe("scanned");
    expect((await ada.sends(login, "deny", { scan_token })).status).toBe(200);
  });

  it("typed where it is shown is taken back there, for the passkey alone", async () => {
    const [login, ada] = [await begin(), await Owner.signUp()];
    holdsWatchCookie(ada, login);
    const { user_code } = login.created;
    const typed = await readScan(await ada.browser.post("/sessions/scan", { user_code }));
    const { scan_token } = await readScan(await ada.sends(login, "scan", { same_device: true }));
    const before = await ada.sends(login, "approve", { scan_token: typed.scan_token });
    expect(await problemOf(before)).toEqual([403, "scan_token_invalid"]);
    const tapped = await ada.sends(login, "approve", { scan_token });
    expect(await problemOf(tapped)).toEqual([403, "step_up_required"]);
    expect((await ada.approves(login, scan_token)).status).toBe(200);
  });

  it.each(["moscow", "rented", "tor"] as const)(
    "refuses a same-device login that a phisher planted from %s [ATTACK-same-device/4]",
    async (place) => {
      const login = await beginFrom({ place: PLACES[place] });
      const ada = await Owner.signUp("Ada", { place: PLACES.berlin });
      // The prefix of its name keeps other hosts from setting it (RFC 6265bis §4.1.3.2), but not every browser's may.
      holdsWatchCookie(ada, login);
      const claimed = await ada.sends(login, "scan", { same_device: true });
      const { scan_token, request } = await readScan(claimed);
      expect(request?.risk.verdict).toBe("block");
      expect(await problemOf(await ada.approves(login, scan_token))).toEqual([403, "risk_blocked"]);
    },
  );

  it.each<[string, Record<string, string | undefined>]>([
    ["another site", { Origin: "https://evil.example" }],
    ["another site, by its metadata", { "Sec-Fetch-Site": "cross-site" }],
    ["nobody that says where it is", { Origin: undefined }],
  ])("is not claimed directly for %s", async (_, headers) => {
    const [login, ada] = [await begin(), await Owner.signUp()];
    holdsWatchCookie(ada, login);
    Object.assign(ada.browser.headers, headers);
    const answer = await ada.sends(login, "scan", { same_device: true });
    expect(await problemOf(answer)).toEqual([403, "origin_not_allowed"]);
    expect((await snapshotOf(login)).status).toBe("pending");
  });

  it("refuses a same-device claim by a browser that does not show the code [ATTACK-same-device/5]", async () => {
    const [login, other, ada] = [await begin(), await begin(), await Owner.signUp()];
    const without = await ada.sends(login, "scan", { same_device: true });
    expect(await problemOf(without)).toEqual([401, "watch_token_missing"]);
    holdsWatchCookie(ada, other);
    const answer = await ada.sends(login, "scan", { same_device: true });
    expect(await problemOf(answer)).toEqual([401, "watch_token_missing"]);
    const stolen = `${login.created.session_id}.${other.created.watch_token}`;
    ada.browser.cookies.set("__Host-watch_tokens", stolen);
    const planted = await ada.sends(login, "scan", { same_device: true });
    expect(await problemOf(planted)).toEqual([401, "watch_token_invalid"]);
    expect((await snapshotOf(login)).status).toBe("pending");
  });
});
