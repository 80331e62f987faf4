import { ACCOUNT, PHONE } from "../../ui/texts.ts";
import type { AnsweredScan } from "../steps.ts";

/** The client that is this site itself, on a phone that is to be signed in by another one. */
export const PHONE_CLIENT_ID = "phone";

/** What is asked of whoever holds the phone: it depends on what is to be let in. */
export function requestTextsFor({ client, request }: AnsweredScan): {
  heading: (client: string) => string;
  warning: string;
  warningDetail: string;
} {
  if (client.client_id === PHONE_CLIENT_ID) return ACCOUNT.approvePhone;
  return PHONE.request[request.grant === "device_code" ? "device" : "screen"];
}
