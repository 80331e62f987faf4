import * as v from "valibot";
import { encodeBase64url } from "../../../lib/base64url.ts";
import { NotificationsResponse, SubscriptionBody } from "../../../protocol/notifications.ts";
import { get, post, remove } from "../api.ts";
import { workerUrl } from "./trusted-types.ts";

/**
 * Push notifications in this browser: the service worker, its push subscription, and the server's
 * record of it.
 */

const PATH = "/account/notices";

/** The scope of the service worker. It handles no requests of the pages. */
const SCOPE = "/phone";

/** Whether this browser supports push notifications. */
export function isSupported(): boolean {
  return (
    "serviceWorker" in navigator && "PushManager" in globalThis && "Notification" in globalThis
  );
}

/**
 * The browser's permission to show notifications. After "denied", only the user can change it, in
 * the browser's settings.
 */
export async function permission(): Promise<PermissionState> {
  return (await navigator.permissions.query({ name: "notifications" })).state;
}

/** Whether this phone gets notifications, by the server's record and this browser's subscription. */
export async function isSubscribed(): Promise<boolean> {
  if ((await permission()) !== "granted") return false;
  const registration = await navigator.serviceWorker.getRegistration(SCOPE);
  const subscription = await registration?.pushManager.getSubscription();
  if (!subscription) return false;
  const { public_key, on } = await get(PATH, NotificationsResponse);
  return on && isFor(subscription, public_key);
}

/** Subscribes this browser, and sends the subscription to the server. Throws the errors of both. */
export async function subscribe(language: string): Promise<void> {
  const { public_key } = await get(PATH, NotificationsResponse);
  await navigator.serviceWorker.register(workerUrl(), { scope: SCOPE });
  const registration = await whenActive();
  const known = await registration.pushManager.getSubscription();
  // A subscription for another key doesn't receive this server's messages.
  if (known && !isFor(known, public_key)) await known.unsubscribe();
  const subscription = await registration.pushManager.subscribe({
    userVisibleOnly: true,
    applicationServerKey: public_key,
  });
  const { endpoint, keys } = subscription.toJSON();
  const body = v.parse(SubscriptionBody, { endpoint, keys, language });
  await post(PATH, body, v.unknown());
}

/** The server first, so that it sends nothing to a subscription that is gone. */
export async function unsubscribe(): Promise<void> {
  await remove(PATH);
  const registration = await navigator.serviceWorker.getRegistration(SCOPE);
  const subscription = await registration?.pushManager.getSubscription();
  await subscription?.unsubscribe();
}

/** The registration, once its worker is active. `serviceWorker.ready` works only on pages in its scope. */
async function whenActive(): Promise<ServiceWorkerRegistration> {
  const registration = await navigator.serviceWorker.getRegistration(SCOPE);
  if (!registration) throw new TypeError("no service worker was registered");
  const worker = registration.active ?? registration.waiting ?? registration.installing;
  if (!worker) throw new TypeError("the service worker was removed");
  await new Promise<void>((resolve, reject) => {
    const check = () => {
      if (worker.state === "activated") resolve();
      if (worker.state === "redundant") reject(new TypeError("the service worker failed"));
    };
    worker.addEventListener("statechange", check);
    check();
  });
  return registration;
}

function isFor({ options }: PushSubscription, publicKey: string): boolean {
  const key = options.applicationServerKey;
  return key !== null && encodeBase64url(new Uint8Array(key)) === publicKey;
}
