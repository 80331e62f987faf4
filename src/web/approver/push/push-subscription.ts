import * as v from "valibot";
import { encodeBase64url } from "../../../lib/base64url.ts";
import { NotificationsResponse, SubscriptionBody } from "../../../protocol/notifications.ts";
import { get, post, remove } from "../api.ts";
import { workerUrl } from "./trusted-types.ts";

/** This browser's side of the notices: the service worker, its subscription, and what the server knows of it. */

const PATH = "/account/notices";

/** Where the service worker has its registration; it has nothing to do with what the pages load. */
const SCOPE = "/phone";

/** Whether this browser can be told anything while the page is closed. */
export function isSupported(): boolean {
  return (
    "serviceWorker" in navigator && "PushManager" in globalThis && "Notification" in globalThis
  );
}

/**
 * Whether the browser lets us show anything. It may still be asked where it says "prompt"; "denied" is
 * for its owner to change, in its settings.
 */
export async function permission(): Promise<PermissionState> {
  return (await navigator.permissions.query({ name: "notifications" })).state;
}

/** Whether this phone is told: by what the server knows, and by what this browser does. */
export async function isSubscribed(): Promise<boolean> {
  if ((await permission()) !== "granted") return false;
  const registration = await navigator.serviceWorker.getRegistration(SCOPE);
  const subscription = await registration?.pushManager.getSubscription();
  if (!subscription) return false;
  const { public_key, on } = await get(PATH, NotificationsResponse);
  return on && isFor(subscription, public_key);
}

/** Subscribes this browser, and tells the server. Throws what either throws. */
export async function subscribe(language: string): Promise<void> {
  const { public_key } = await get(PATH, NotificationsResponse);
  await navigator.serviceWorker.register(workerUrl(), { scope: SCOPE });
  const registration = await whenActive();
  const known = await registration.pushManager.getSubscription();
  // One that was made for another key reaches nobody.
  if (known && !isFor(known, public_key)) await known.unsubscribe();
  const subscription = await registration.pushManager.subscribe({
    userVisibleOnly: true,
    applicationServerKey: public_key,
  });
  const { endpoint, keys } = subscription.toJSON();
  const body = v.parse(SubscriptionBody, { endpoint, keys, language });
  await post(PATH, body, v.unknown());
}

/** The server first: what it doesn't know of can't be sent. */
export async function unsubscribe(): Promise<void> {
  await remove(PATH);
  const registration = await navigator.serviceWorker.getRegistration(SCOPE);
  const subscription = await registration?.pushManager.getSubscription();
  await subscription?.unsubscribe();
}

/** The registration, once its worker can take a push: `ready` waits for it, but only on pages in its scope. */
async function whenActive(): Promise<ServiceWorkerRegistration> {
  const registration = await navigator.serviceWorker.getRegistration(SCOPE);
  if (!registration) throw new TypeError("no service worker was registered");
  const worker = registration.active ?? registration.waiting ?? registration.installing;
  if (!worker) throw new TypeError("the service worker has gone");
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
