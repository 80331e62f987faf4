import type { HistoryEntry } from "../../../../protocol/history.ts";
import { h } from "../../../ui/dom.ts";
import * as icons from "../../../ui/icons.ts";
import { button, paragraph } from "../../../ui/components.ts";
import { ACCOUNT } from "../../../ui/texts.ts";
import { formatPlace } from "../../request/describe.ts";
import { dayName, timeOfDay, type Clock } from "../../format-time.ts";
import type { Step, StepContext } from "../../steps.ts";
import { groupByDay, type Day } from "./group-by-day.ts";
import { emptyState } from "../empty-state.ts";
import { fetchHistory, HISTORY_FILES } from "./history-api.ts";
import { openPage, type PageContext } from "../open-page.ts";
import { describeEvent } from "./describe-event.ts";

const texts = ACCOUNT.history;

/** The history of the account, its download, and the deletion of the account. */
export function historyStep(context: StepContext, message?: string): Promise<Step> {
  return openPage(context, "history", message, {
    load: fetchHistory,
    render: (at) => ({ texts, parts: [...list(at), yourData(at)] }),
  });
}

function list({ content: entries, clock }: PageContext<HistoryEntry[]>): HTMLElement[] {
  if (entries.length === 0) return [emptyState(icons.clock, texts.empty)];
  return groupByDay(entries).map((day) => dayPart(day, clock));
}

function dayPart({ midnight, entries }: Day<HistoryEntry>, clock: Clock): HTMLElement {
  return h(
    "section",
    { class: "day" },
    h("h2", {}, dayName(midnight, clock, texts)),
    h("ol", {}, ...entries.map((entry) => eventItem(entry, clock))),
  );
}

function eventItem(entry: HistoryEntry, clock: Clock): HTMLElement {
  const where = formatPlace(entry, clock.language);
  return h(
    "li",
    { "data-type": entry.type },
    h("time", { datetime: entry.at }, timeOfDay(entry.at, clock)),
    h(
      "div",
      {},
      h("p", {}, describeEvent(entry, clock.language)),
      where === "" ? undefined : h("p", { class: "hint" }, where),
    ),
  );
}

function yourData({ goTo }: PageContext<HistoryEntry[]>): HTMLElement {
  const { heading, text, json, csv, file } = texts.yours;
  const download = (label: string, format: keyof typeof HISTORY_FILES) =>
    h("a", { class: "button plain", href: HISTORY_FILES[format], download: file(format) }, label);
  return h(
    "section",
    { class: "part" },
    h("h2", {}, heading),
    paragraph(text),
    h("div", { class: "downloads" }, download(json, "json"), download(csv, "csv")),
    button(ACCOUNT.deletion.open, () => goTo({ to: "delete-account" }), { kind: "link" }),
  );
}
