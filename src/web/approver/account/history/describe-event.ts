import { ACCOUNT } from "../../../ui/texts.ts";
import { PHONE_CLIENT_ID } from "../../request/request-texts.ts";
import { deviceName } from "../device-name.ts";
import type { HistoryEntry } from "../../../../protocol/history.ts";

const { events, reasons, attacks, anotherPhone, other } = ACCOUNT.history;

/** An event of the history as a sentence. */
export function describeEvent(entry: HistoryEntry, language: string): string {
  const { type } = entry;
  if (!isKnown(events, type)) return other(type);
  return events[type]({
    client: entry.client?.client_id === PHONE_CLIENT_ID ? anotherPhone : entry.client?.name,
    device: deviceName(entry),
    name: entry.name,
    reason: reasonText(entry, language),
  });
}

/** The attack, or the reasons against a login. Reasons in its favour have no text here. */
function reasonText(
  { reasons: codes = [], what }: HistoryEntry,
  language: string,
): string | undefined {
  if (what !== undefined) return isKnown(attacks, what) ? attacks[what] : what;
  const texts = codes.flatMap(({ code }) => (isKnown(reasons, code) ? [reasons[code]] : []));
  return texts.length === 0 ? undefined : new Intl.ListFormat(language).format(texts);
}

function isKnown<Known extends object>(known: Known, name: PropertyKey): name is keyof Known {
  return Object.hasOwn(known, name);
}
