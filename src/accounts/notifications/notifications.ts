import { RpcTarget } from "cloudflare:workers";
import { ok, type Result } from "../../lib/result.ts";
import type { Subscription } from "../../web-push/subscription.ts";
import type { AccountContext } from "../account-context.ts";
import type { ActionRefused } from "../phone-sessions/phone-permissions.ts";
import { rootOf } from "../phone-sessions/trust-delay.ts";
import type { PushNotifications } from "./push-notifications.ts";

/** The push notifications of an account's phones, over RPC. `phone`: the hash of the phone's secret. */
export class Notifications extends RpcTarget {
  readonly #account: AccountContext;
  readonly #notifications: PushNotifications;

  constructor(account: AccountContext, notifications: PushNotifications) {
    super();
    this.#account = account;
    this.#notifications = notifications;
  }

  isEnabled(phone: string): boolean {
    return this.#notifications.isSubscribed(phone);
  }

  async enable(phone: string, subscription: Subscription): Promise<Result<null, ActionRefused>> {
    const now = Date.now();
    const allowed = this.#account.phones.authorize({ type: "turn_notices_on" }, phone, now);
    if (!allowed.ok) return allowed;
    const wasEnabled = this.#notifications.isSubscribed(phone);
    this.#notifications.subscribe(allowed.value, subscription, now);
    if (!wasEnabled) {
      await this.#account.audit.record({ type: "notices_on" }, rootOf(allowed.value, now));
    }
    return ok(null);
  }

  async disable(phone: string): Promise<Result<null, ActionRefused>> {
    const now = Date.now();
    const allowed = this.#account.phones.authorize({ type: "turn_notices_off" }, phone, now);
    if (!allowed.ok) return allowed;
    const wasEnabled = this.#notifications.isSubscribed(phone);
    this.#notifications.unsubscribe(phone);
    if (wasEnabled) {
      await this.#account.audit.record({ type: "notices_off" }, rootOf(allowed.value, now));
    }
    return ok(null);
  }
}
