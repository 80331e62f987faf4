import sparticuz from "@sparticuz/chromium";
import { chromium, type Browser, type Page } from "playwright-core";

/** A real browser, without a window. `camera` is a video file that its camera sees. */
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

/** What keeps a page's passkeys, as a phone does: built in, and unlocked by its owner. */
export interface Authenticator {
  /** Whether its owner unlocks it when they are asked. */
  unlocks(willing: boolean): Promise<void>;
  /** Another one from now on, with nothing on it: a new phone, or a security key. */
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
