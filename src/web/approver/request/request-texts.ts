import { ACCOUNT, PHONE } from "../../ui/texts.ts";
import type { AnsweredScan } from "../steps.ts";

/** The built-in client that signs in another phone of the user. */
export const PHONE_CLIENT_ID = "phone";

/** The texts of a request, by what is to be logged in. */
export function requestTextsFor({ client, request }: AnsweredScan): {
  heading: (client: string) => string;
  warning: string;
  warningDetail: string;
} {
  if (client.client_id === PHONE_CLIENT_ID) return ACCOUNT.approvePhone;
  return PHONE.request[request.grant === "device_code" ? "device" : "screen"];
}
