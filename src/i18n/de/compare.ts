import type { Claim, ClaimName } from "../claim.ts";
import type * as English from "../en/compare.ts";

/** The page /compare. */

export const COMPARE = {
  noscript: "Diese Seite zeigt, was geschieht, während es geschieht; dazu braucht sie JavaScript.",
  description:
    "WebSocket, Server-Sent Events, Polling und Callback nebeneinander: wer es zuerst erfährt, und was das kostet.",
  title: "Vier Bildschirme, eine Bestätigung",
  heading: "Vier Bildschirme, eine Bestätigung",
  lead: "Eine Seite, die auf dein Handy wartet, muss erfahren, wenn du Ja sagst. Dafür gibt es vier übliche Wege. Hier warten alle vier auf dieselbe Anmeldung: Sieh, wer es zuerst erfährt, und was das kostet.",
  steps: {
    scan: "Scanne den Code mit dem Handy.",
    noPhone: [
      "Kein Handy zur Hand? ",
      "Öffne die Handyseite in einem anderen Fenster",
      ", und gib ein:",
    ],
    approve: "Bestätige dort.",
    look: "Sieh unten, wer es wann wusste.",
  },
  qr: "QR-Code: Scanne ihn mit dem Handy, und alle vier Bildschirme erfahren es",
  announcement: "Ein Code wird gezeigt, und vier Bildschirme warten auf ihn.",
  starting: "Der Code wird vorbereitet …",
  cutAll: "Alle vier trennen",
  restart: "Noch einmal warten, mit neuem Code",
  scanned: [
    "Weiter auf dem Handy",
    "Der Code wurde gescannt. Bestätige dort, und behalte die vier im Auge.",
  ],
  ended: {
    approved: [
      "Bestätigt",
      "Angemeldet ist damit niemand: Diese Seite schaut nur zu und hat die Anmeldung verfallen lassen.",
    ],
    redeemed: [
      "Bestätigt",
      "Angemeldet ist damit niemand: Diese Seite schaut nur zu und hat die Anmeldung verfallen lassen.",
    ],
    denied: ["Abgelehnt", "Auch das haben alle vier erfahren."],
    expired: [
      "Dieser Code ist abgelaufen",
      "Codes gelten zu deiner Sicherheit nur für kurze Zeit.",
    ],
    cancelled: ["Abgebrochen", "Diese Anmeldung ist nicht mehr gewünscht."],
  },
  over: ["Das Warten ist vorbei", "Wie, war nicht zu sehen. Ein neuer Code beginnt von vorn."],
  lanes: "Die vier Bildschirme",
  log: (name: string) => `Was über die Leitung ging: ${name}`,
  cut: "Trennen",
  cutOne: (name: string) => `Trennen: ${name}`,
  first: "Zuerst",
  later: (time: string) => `+${time}`,
  waiting: "Wartet",
  scannedShort: "Gescannt",
  never: "Nicht erfahren",
  facts: {
    connection: "Verbindung",
    requests: "Anfragen",
    payload: "Nutzdaten",
    reconnected: "Neu verbunden",
    called: "Seine Website wusste es",
  },
  connection: {
    connecting: "wird hergestellt …",
    reconnecting: "wird wiederhergestellt …",
    over: "fertig",
    failed: "verweigert",
  },
  reconnected: (times: number) => (times === 0 ? "nein" : times === 1 ? "einmal" : `${times}-mal`),
  payload: (down: string, up: string) => [
    `${down} empfangen, ${up} gesendet`,
    `↓ ${down}  ↑ ${up}`,
  ],
  called: (ms: number, time: string) => (ms < 0 ? `etwa ${time} früher` : `etwa +${time}`),
  notYet: "noch nicht",
  seconds: (seconds: string) => `${seconds} s`,
  times: (times: number) => `× ${times}`,
  result: (notified: string[], notNotified: string[]) => {
    const order = `In dieser Reihenfolge: ${notified.join(", ")}.`;
    return notNotified.length === 0
      ? `Alle vier wissen es. ${order}`
      : `${order} Nicht erfahren: ${notNotified.join(", ")}.`;
  },
} satisfies typeof English.COMPARE;

export const WAY = {
  websocket: {
    name: "WebSocket",
    text: "Eine Verbindung, die offen bleibt, in beide Richtungen. Der Server spricht, sobald er es weiß.",
    connected: "offen",
  },
  sse: {
    name: "Server-Sent Events",
    text: "Eine Antwort, die nie endet. Der Server ergänzt sie, sobald er es weiß.",
    connected: "offen",
  },
  poll: {
    name: "Polling",
    text: "„Und jetzt?“, alle zwei Sekunden. Der Server kann immer nur antworten.",
    connected: "fragt",
  },
  callback: {
    name: "Callback",
    text: "Der Server ruft den Server der Website an. Der Browser hört davon nichts und fragt seine Website jede Sekunde.",
    connected: "fragt",
  },
} satisfies typeof English.WAY;

export const LOG = {
  up: "von der Seite: ",
  down: "zur Seite: ",
  staysOpen: "bleibt offen",
  closed: "geschlossen",
  cut: "hier getrennt",
  nothingToCut: "nichts zu trennen: Zwischen zwei Anfragen gibt es keine Verbindung",
  noAnswer: "keine Antwort",
  called: (bytes: number) =>
    `Der Server der Anmeldung hat den Server der Website angerufen: eine Anfrage, ${bytes} B`,
} satisfies typeof English.LOG;

/** Units that are words. */
export const UNIT = {
  calls: "Aufrufe",
  requests: "Anfragen",
  bytes: "Byte",
} satisfies typeof English.UNIT;

/** The subjects of the measurements. */
export const SUBJECT = {
  websocket: "WebSocket",
  sse: "Server-Sent Events",
  "long-poll": "Long Polling",
  "poll-2s": "Polling alle 2 s",
  "poll-5s": "Polling alle 5 s",
  callback: "Callback",
  "node-ws": "Node allein, WebSocket",
  "node-sse": "Node allein, Server-Sent Events",
  "oidc-provider": "oidc-provider",
  "better-auth": "better-auth",
  "sse-in-object": "Server-Sent Events, im Objekt gehalten",
} satisfies typeof English.SUBJECT;

const ROWS: Record<ClaimName, Claim> = {
  bothWays: {
    claim: "WebSockets gehen in beide Richtungen.",
    answer:
      "Das stimmt: Eine Seite kann über dieselbe Verbindung ihre Anmeldung auch abbrechen. Um von einer Bestätigung zu erfahren, genügt eine Richtung.",
    labels: ["Bytes auf der Leitung für eine Anmeldung, mit Headern"],
  },
  instant: {
    claim: "WebSockets sind sofort da.",
    answer:
      "Nichts ist schneller. Doch Server-Sent Events kommen durch denselben Anstoß: Vergleiche die beiden.",
    labels: ["Vom Absenden der Bestätigung, bis der Bildschirm es weiß"],
  },
  upkeep: {
    claim: "WebSockets sind aufwendiger im Betrieb.",
    answer:
      "Proxys unterwegs müssen sie durchlassen, Browser schicken keine Header mit, und nichts verbindet sich von selbst wieder. Was ein Server für sie zahlt, ist, was er im Speicher hält; hier schläft das Objekt hinter einem Code, während sein Bildschirm wartet.",
    labels: ["Speicher je wartendem Bildschirm", "Wie oft sein Objekt geweckt wurde"],
  },
  simple: {
    claim: "Server-Sent Events sind einfach, und gehen nur in eine Richtung.",
    answer:
      "Eine schlichte Anfrage, deren Antwort weitergeht. Im Objekt selbst gehalten würden sie es wach halten, darum hält sie hier der Worker.",
    labels: ["Anfragen für eine Anmeldung"],
  },
  reconnecting: {
    claim: "Server-Sent Events verbinden sich von selbst wieder.",
    answer:
      "Die EventSource des Browsers tut das. Sie schickt aber keine Header; eine Seite, die ein Token vorzeigen muss, liest den Strom also selbst, und muss sich dann auch selbst wieder verbinden. Trenne oben die Verbindung: Diese Seite tut es für beide.",
    labels: [],
    instead: "Trenne sie oben, und sieh.",
  },
  everywhere: {
    claim: "Polling geht überall.",
    answer:
      "Das stimmt, und es kommt im Mittel um die Hälfte seines Abstands zu spät. Long Polling, bei dem der Server jede Frage behält, bis es Neues gibt, geht auch überall, und kommt nicht zu spät.",
    labels: ["Vom Absenden der Bestätigung, bis der Bildschirm es weiß"],
  },
  realTime: {
    claim: "Callbacks sind nicht in Echtzeit.",
    answer:
      "Der Server der Website wird sofort angerufen. Spät erfährt es der Browser, weil er noch seine Website fragen muss. Callbacks sind für die Server, die es wissen müssen, ob eine Seite offen ist oder nicht.",
    labels: ["Vom Absenden der Bestätigung, bis der Server der Website es weiß"],
  },
  exposed: {
    claim: "Callbacks brauchen einen Endpunkt, der offen im Netz steht.",
    answer:
      "Einen, an den jeder schicken kann. Darum ist jeder Anruf ein signiertes Token, das sein Empfänger prüft, hat einen Namen, an dem Wiederholungen auffallen, und wird noch einmal geschickt, bis er angenommen ist.",
    labels: [],
    instead: "Sieh oben, was ein Anruf ist.",
  },
  expiring: {
    claim: "Ein QR-Code muss ablaufen.",
    answer:
      "Ein Code, der lange gezeigt wird, lässt sich fotografieren und weitergeben; darum wechselt dieser alle fünf Sekunden. Und jeder wartende Bildschirm ist eine Verbindung, die jemand bezahlt; darum lebt er zwei Minuten.",
    labels: [
      "Was eine Million Anmeldungen am Rand des Netzes kosten, mit je zwei verlassenen Codes daneben",
    ],
  },
};

export const CLAIMS = {
  heading: "Was man sagt, und was gemessen wurde",
  text: "Die Zahlen kommen von einem Befehl, npm run bench, der jeden Weg, und was man heute benutzt, nebeneinander auf einer Maschine laufen lässt. Wo Zeiten sich unterscheiden, steht die mittlere von allen.",
  columns: ["Man sagt", "Was daran ist", "Gemessen"],
  missing: "Noch nicht gemessen: npm run bench tut es.",
  rows: ROWS,
} satisfies typeof English.CLAIMS;

export const COUNTING = {
  heading: "Wie hier gezählt wird",
  notes: [
    "Zeiten zählen ab dem Augenblick, in dem der erste der vier es wusste, nach der Uhr dieses Browsers. Wie bald nach der Bestätigung das ist, steht in der Tabelle: Nur das Handy weiß, wann sie abgeschickt wurde.",
    "Jeder Bildschirm hat eine eigene Verbindung und zählt, bis er es weiß. Die Bytes sind Nutzdaten, wie eine Seite sie sehen kann: Inhalte, ausgepackt, und WebSocket-Nachrichten. Header kommen dazu, und eine Seite sieht sie nicht: Jede Anfrage hat davon einige hundert Byte in jeder Richtung; häufig zu fragen kostet also meist mehr, als die Nutzdaten sagen.",
    "Wann die Website des Callbacks es wusste, sagt deren Uhr, verglichen mit der hiesigen, auf eine halbe Laufzeit genau. Was die beiden Server einander schicken, zählt nicht zur Seite.",
    "Polling ist hier die schlichte Art. Wo die anderen Wege nicht durchkommen, fragt unser eigener Client mit Long Polling: Der Server behält jede Frage bis zu 25 Sekunden lang.",
    "Eine Seite kann keinen Stecker ziehen: Trennen schließt die Verbindung, und wartet auf niemandes Abschied. Wiederhergestellt wird sie nach den Regeln, die auf jeder unserer Seiten gelten: nach höchstens einer halben Sekunde, und nach längerer Pause, wann immer sie bald wieder abbricht.",
  ],
  back: "Die Anmeldeseite",
} satisfies typeof English.COUNTING;
