/**
 * The service worker: shows push notifications, and opens the devices when one is tapped. It
 * doesn't handle fetch events.
 */
import { pushNotificationFor } from "./push-notification.ts";

declare const self: ServiceWorkerGlobalScope;

const DEVICES = "/devices";

self.addEventListener("push", (event) => {
  const where = { host: self.location.host, language: self.navigator.language };
  const { title, options } = pushNotificationFor(event.data?.text() ?? "", where);
  event.waitUntil(self.registration.showNotification(title, { icon: "/icon.svg", ...options }));
});

self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  event.waitUntil(openDevices());
});

/** Focuses a window that displays the devices, or opens one. */
async function openDevices(): Promise<void> {
  const windows = await self.clients.matchAll({ type: "window", includeUncontrolled: true });
  const open = windows.find((window) => new URL(window.url).pathname === DEVICES);
  if (open) await open.focus();
  else await self.clients.openWindow(DEVICES);
}
