import { h } from "../../dom.ts";
import * as outlines from "../../outlines.ts";
import { button, paragraph } from "../../parts.ts";
import { ACCOUNT } from "../../texts.ts";
import { place } from "../describe.ts";
import { dayName, timeOfDay, type Clock } from "../moments.ts";
import type { Next, Phone } from "../next.ts";
import { byDays, type Day } from "./days.ts";
import { emptyPlace } from "./empty-place.ts";
import { fetchHistory, HISTORY_FILES, type HistoryEntry } from "./history-api.ts";
import { openPlace, type Here } from "./open-place.ts";
import { tell } from "./tell.ts";

const texts = ACCOUNT.history;

/** What happened in the account, and what its owner may take or have deleted. */
export function historyStep(phone: Phone, said?: string): Promise<Next> {
  return openPlace(phone, "history", said, {
    load: fetchHistory,
    show: (at) => ({ texts, parts: [...list(at), yourData(at)] }),
  });
}

function list({ content: entries, clock }: Here<HistoryEntry[]>): HTMLElement[] {
  if (entries.length === 0) return [emptyPlace(outlines.clock, texts.empty)];
  return byDays(entries).map((day) => dayPart(day, clock));
}

function dayPart({ midnight, entries }: Day<HistoryEntry>, clock: Clock): HTMLElement {
  return h(
    "section",
    { class: "day" },
    h("h2", {}, dayName(midnight, clock, texts)),
    h("ol", {}, ...entries.map((entry) => happening(entry, clock))),
  );
}

function happening(entry: HistoryEntry, clock: Clock): HTMLElement {
  const where = place(entry, clock.language);
  return h(
    "li",
    { "data-type": entry.type },
    h("time", { datetime: entry.at }, timeOfDay(entry.at, clock)),
    h(
      "div",
      {},
      h("p", {}, tell(entry, clock.language)),
      where === "" ? undefined : h("p", { class: "hint" }, where),
    ),
  );
}

function yourData({ go }: Here<HistoryEntry[]>): HTMLElement {
  const { heading, text, json, csv, file } = texts.yours;
  const download = (says: string, format: keyof typeof HISTORY_FILES) =>
    h("a", { class: "button plain", href: HISTORY_FILES[format], download: file(format) }, says);
  return h(
    "section",
    { class: "part" },
    h("h2", {}, heading),
    paragraph(text),
    h("div", { class: "downloads" }, download(json, "json"), download(csv, "csv")),
    button(ACCOUNT.deletion.open, () => go({ to: "delete-account" }), { kind: "link" }),
  );
}
