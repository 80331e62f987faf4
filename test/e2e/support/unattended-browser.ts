import sparticuz from "@sparticuz/chromium";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

/**
 * A browser without DevTools, as Chromium does not prerender while they are connected. The test
 * observes the requests at the server.
 */
export async function openUnattended(url: string): Promise<AsyncDisposable> {
  const profile = await mkdtemp(join(tmpdir(), "qr-login-profile-"));
  const browser = spawn(
    await sparticuz.executablePath(),
    [
      "--headless",
      "--no-sandbox",
      "--disable-gpu",
      "--no-first-run",
      "--disable-component-update",
      "--disable-sync",
      // Without a DevTools port the browser would exit at once.
      "--remote-debugging-port=0",
      `--user-data-dir=${profile}`,
      url,
    ],
    { stdio: "ignore" },
  );
  const ended = once(browser, "exit");
  return {
    async [Symbol.asyncDispose]() {
      browser.kill();
      await ended;
      await rm(profile, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
    },
  };
}
