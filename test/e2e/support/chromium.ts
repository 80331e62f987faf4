import sparticuz from "@sparticuz/chromium";
import { chromium, type Browser, type Page } from "playwright-core";

/** A headless browser. `camera` is the video file of its fake camera. */
export async function launchBrowser({
  camera,
  args = [],
}: { camera?: string; args?: string[] } = {}): Promise<Browser> {
  return chromium.launch({
    executablePath: await sparticuz.executablePath(),
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
      ...args,
      ...(camera === undefined
        ? []
        : [
            "--use-fake-ui-for-media-stream",
            "--use-fake-device-for-media-stream",
            `--use-file-for-fake-video-capture=${camera}`,
          ]),
    ],
  });
}

/** A virtual platform authenticator with user verification. */
export interface Authenticator {
  /** Sets whether user verification succeeds. */
  unlocks(willing: boolean): Promise<void>;
  /** Replaces it by an empty one: a new phone or a security key. */
  exchange(transport: "internal" | "usb"): Promise<void>;
}

export async function addAuthenticator(page: Page): Promise<Authenticator> {
  const devtools = await page.context().newCDPSession(page);
  await devtools.send("WebAuthn.enable");
  const add = async (transport: "internal" | "usb") =>
    await devtools.send("WebAuthn.addVirtualAuthenticator", {
      options: {
        protocol: "ctap2",
        transport,
        hasResidentKey: true,
        hasUserVerification: true,
        isUserVerified: true,
        automaticPresenceSimulation: true,
      },
    });
  let { authenticatorId } = await add("internal");
  return {
    async unlocks(willing) {
      await devtools.send("WebAuthn.setUserVerified", {
        authenticatorId,
        isUserVerified: willing,
      });
    },
    async exchange(transport) {
      await devtools.send("WebAuthn.removeVirtualAuthenticator", { authenticatorId });
      ({ authenticatorId } = await add(transport));
    },
  };
}
