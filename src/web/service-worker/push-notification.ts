import * as v from "valibot";
import { Notice } from "../../protocol/push-message.ts";
import { noticesIn } from "../../i18n/notices-in.ts";
import { countryName } from "../../i18n/country-name.ts";

/** A notification, as `showNotification` takes it. */
export interface ShownNotice {
  title: string;
  options: { body: string; lang?: string; tag?: string; timestamp?: number };
}

/**
 * What the phone's owner is shown for a push message. There is something for each, since a browser
 * shows a message of its own where a page doesn't: so what can't be read is said to be something, in
 * the browser's language. `host`: where the account is.
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
      // The same news a second time takes the place of the first.
      tag: [notice.type, notice.sid ?? notice.at].join(" "),
      ...(Number.isNaN(timestamp) ? {} : { timestamp }),
    },
  };
}

/** With what, and where: what is known of it. */
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
