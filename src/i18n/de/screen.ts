import type { SCREEN as English } from "../en/screen.ts";
import type { TitledText } from "../titled-text.ts";
import { SCAN_PROMPT } from "./scan-prompt.ts";

const NEW_CODE = "Neuen Code zeigen";

/** The login page. */
export const SCREEN = {
  noscript:
    "Dieser Code lässt sich scannen; für einen neuen, und damit es danach hier weitergeht, braucht diese Seite JavaScript.",
  aside: "Woher weiß sie das?",
  starting: "Der Code wird vorbereitet …",
  pending: {
    title: SCAN_PROMPT.title,
    heading: SCAN_PROMPT.heading,
    steps: [
      "Öffne die Kamera deines Handys.",
      "Richte sie auf diesen Code, und öffne den Link.",
      "Prüfe, was dein Handy zeigt, und bestätige.",
    ],
    qr: SCAN_PROMPT.qr,
    type: "Keine Kamera? Stattdessen einen Code eintippen",
    typed: (address: string) => `Öffne ${address} auf deinem Handy, und gib ein:`,
    noTyped: "Es kam kein Code zum Eintippen. Versuche es gleich noch einmal.",
    announcement: "Ein Code zum Anmelden wird gezeigt. Scanne ihn mit dem Handy.",
  },
  keep: {
    label: "In diesem Browser angemeldet bleiben",
    hint: "Andere Seiten können dich dann ohne dein Handy anmelden. Lass das aus, wenn auch andere diesen Computer benutzen.",
  },
  expiresIn: (time: string) => `Gilt noch ${time}`,
  scanned: {
    title: "Gescannt – weiter auf dem Handy",
    heading: "Weiter auf dem Handy",
    text: "Der Code wurde gescannt. Bestätige die Anmeldung auf deinem Handy.",
    startOver: "Das war ich nicht: neu beginnen",
    digits:
      "Der Code wurde gescannt. Tippe diese zwei Ziffern auf deinem Handy ein, und bestätige:",
    code: {
      text: "Der Code wurde gescannt. Tippe die vier Ziffern ein, die dein Handy zeigt:",
      label: "Ziffern auf deinem Handy",
      submit: "Weiter",
      network: "Es kam keine Antwort. Versuche es bitte noch einmal.",
    },
  },
  redeeming: { title: "Anmeldung läuft …", heading: "Bestätigt. Anmeldung läuft …" },
  leaving: {
    title: (client: string) => `Zurück zu ${client} …`,
    open: (client: string) => `${client} öffnen`,
  },
  left: {
    notice: (client: string): TitledText => [
      "Diese Anmeldung ist vorbei",
      `Du bist schon zu ${client} zurückgekehrt. Wenn es nicht geklappt hat, melde dich noch einmal an.`,
    ],
    action: NEW_CODE,
  },
  backTo: SCAN_PROMPT.backTo,
  loggedIn: {
    title: (name?: string) => (name ? `Angemeldet als ${name}` : "Angemeldet"),
    text: (time: string) =>
      `Dein Handy hat diese Anmeldung um ${time} bestätigt. Diese Seite hat jetzt eine eigene Sitzung; die auf deinem Handy bleibt dort.`,
    logOut: "Abmelden",
  },
  denied: {
    notice: ["Abgelehnt", "Die Anmeldung wurde auf dem Handy abgelehnt. Niemand ist angemeldet."],
    action: NEW_CODE,
  },
  mistyped: {
    notice: [
      "Das waren nicht die Ziffern",
      "Zur Sicherheit wurde diese Anmeldung beendet, und niemand ist angemeldet.",
    ],
    action: NEW_CODE,
  },
  expired: {
    notice: ["Dieser Code ist abgelaufen", "Codes gelten zu deiner Sicherheit nur für kurze Zeit."],
    action: NEW_CODE,
  },
  cancelled: {
    notice: ["Abgebrochen", "Diese Anmeldung wurde abgebrochen. Niemand ist angemeldet."],
    action: NEW_CODE,
  },
  failures: {
    offline: ["Keine Verbindung zum Internet", "Sobald sie wieder da ist, erscheint ein Code."],
    network: ["Der Server ist nicht erreichbar", "Diese Seite versucht es von selbst weiter."],
    too_many_requests: [
      "Zu viele Anmeldungen auf einmal",
      "Warte eine Minute, und versuche es noch einmal.",
    ],
    configuration_error: [
      "Diese Seite ist nicht richtig eingerichtet",
      "Wer sie betreibt, findet den Grund im Protokoll.",
    ],
    client_unknown: [
      "Diese Seite ist hier nicht bekannt",
      "Ihre client_id ist auf dem Server nicht eingetragen.",
    ],
    origin_not_allowed: [
      "Das ist nicht die Adresse dieser Seite",
      "Öffne die Seite unter der Adresse, für die der Server eingerichtet ist.",
    ],
    insecure_context: [
      "Diese Seite braucht https",
      "Sie wurde über einfaches http geladen; dort geben Browser nicht her, was eine sichere Anmeldung braucht.",
    ],
    redeem: [
      "Die Anmeldung wurde nicht fertig",
      "Sie war bestätigt, doch dann ging etwas schief. Versuche es bitte noch einmal.",
    ],
    other: [
      "Etwas ist schiefgegangen",
      "Das liegt an uns, nicht an dir. Versuche es bitte noch einmal.",
    ],
  },
  tryAgain: "Noch einmal versuchen",
  connection: {
    connecting: "Verbindung wird hergestellt …",
    reconnecting: "Verbindung wird wiederhergestellt …",
    offline: "Keine Verbindung: Sobald sie wieder da ist, geht es weiter",
    websocket: "Live über WebSocket",
    sse: "Live über Server-Sent Events",
    poll: "Live über Long Polling",
  },
} satisfies typeof English;
