import * as v from "valibot";
import { Notice } from "../../protocol/push-message.ts";
import { notificationTexts } from "../../i18n/notification-texts.ts";
import { countryName } from "../../i18n/country-name.ts";

/** The arguments of `showNotification`. */
export interface PushNotification {
  title: string;
  options: { body: string; lang?: string; tag?: string; timestamp?: number };
}

/**
 * The notification for a push message. A message that can't be read gets a general notification in
 * the browser's language, since the browser shows a text of its own if there is none. `host`: the
 * site of the account.
 */
export function pushNotificationFor(
  text: string,
  { host, language }: { host: string; language: string },
): PushNotification {
  const result = v.safeParse(Notice, parseJson(text));
  if (!result.success) {
    const { title, text: body } = notificationTexts(language).other;
    return { title: title(host), options: { body } };
  }
  const notice = result.output;
  const texts = notificationTexts(notice.language)[notice.type];
  const details = detailsOf(notice);
  const timestamp = Date.parse(notice.at);
  return {
    title: texts.title(notice.client_name ?? host),
    options: {
      body: details === "" ? texts.textAlone : texts.text(details),
      lang: notice.language,
      // A notification with the same tag replaces the earlier one.
      tag: [notice.type, notice.sid ?? notice.at].join(" "),
      ...(Number.isNaN(timestamp) ? {} : { timestamp }),
    },
  };
}

/** The device and its location, as far as they are known. */
function detailsOf({ browser, system, city, country, language }: Notice): string {
  const place = [city, country && countryName(country, language)].filter(Boolean).join(", ");
  return [browser, system, place].filter(Boolean).join(" · ");
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
