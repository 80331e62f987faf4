import { inject } from "vitest";
import { PhoneApp } from "../../e2e/support/phone-app.ts";
import type { ClientId } from "./registrations.ts";

/** The running server, and who uses it. */
export interface Provider {
  issuer: string;
  /** The origin that each client's site is registered with. */
  sites: Record<ClientId, string>;
  /** For each client the access token of a person's phone. */
  phones: Record<ClientId, string>;
  /** The certificate of the issuer's server, in PEM. */
  certificate: string;
}

declare module "vitest" {
  interface ProvidedContext {
    provider: Provider;
  }
}

export const provider = inject("provider");

/** The phone of a person who uses this client. */
export function phoneFor(client: ClientId): PhoneApp {
  return new PhoneApp(provider.issuer, provider.phones[client]);
}
