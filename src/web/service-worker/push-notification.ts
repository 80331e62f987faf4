import * as v from "valibot";
import { Notice } from "../../protocol/push-message.ts";
import { noticesIn } from "../../i18n/notices-in.ts";
import { countryName } from "../../i18n/country-name.ts";

/** The arguments of `showNotification`. */
export interface ShownNotice {
  title: string;
  options: { body: string; lang?: string; tag?: string; timestamp?: number };
}

/**
 * The notification for a push message. A message that can't be read gets a general notification in
 * the browser's language, since the browser shows a text of its own if there is none. `host`: the
 * site of the account.
 */
export function shownNotice(
  text: string,
  { host, language }: { host: string; language: string },
): ShownNotice {
  const read = v.safeParse(Notice, parseJson(text));
  if (!read.success) {
    const { title, text: body } = noticesIn(language).other;
    return { title: title(host), options: { body } };
  }
  const notice = read.output;
  const texts = noticesIn(notice.language)[notice.type];
  const about = aboutOf(notice);
  const timestamp = Date.parse(notice.at);
  return {
    title: texts.title(notice.client_name ?? host),
    options: {
      body: about === "" ? texts.textAlone : texts.text(about),
      lang: notice.language,
      // A notification with the same tag replaces the earlier one.
      tag: [notice.type, notice.sid ?? notice.at].join(" "),
      ...(Number.isNaN(timestamp) ? {} : { timestamp }),
    },
  };
}

/** The device and its location, as far as they are known. */
function aboutOf({ browser, system, city, country, language }: Notice): string {
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
