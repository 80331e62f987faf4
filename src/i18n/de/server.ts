import type { SERVER as English } from "../en/server.ts";

/** Pages of the server without a script. */
export const SERVER = {
  tooManyLogins: {
    title: "Zu viele Anmeldungen auf einmal",
    text: "Warte eine Minute, und lade diese Seite neu.",
  },
  unavailable: {
    title: "Das hat gerade nicht geklappt",
    text: "Lade diese Seite gleich noch einmal.",
  },
  tooManyRequests: {
    title: "Zu viele Anfragen auf einmal",
    text: "Warte eine Minute, und lade diese Seite neu.",
  },
  misconfigured: {
    title: "Diese Seite ist nicht richtig eingerichtet",
    text: "Wer sie betreibt, findet den Grund im Protokoll.",
  },
  loginCannotBegin: {
    title: "Diese Anmeldung kann nicht beginnen",
    text: "Die Website, von der du kommst, hat so danach gefragt, dass sich nicht antworten lässt. Geh dorthin zurück, und versuche es noch einmal.",
  },
  notLoggedIn: {
    title: "Du bist hier nicht angemeldet",
    text: "Dieser Browser hat bei uns keine Sitzung, die enden könnte. Melde dich auf der Website selbst ab.",
  },
  loggedOut: {
    title: "Du bist abgemeldet",
    text: "Diese Anmeldung ist beendet, und mit ihr alles, wozu sie Zugang gab. Die Sitzung auf deinem Handy bleibt.",
  },
  browserLoggedOut: {
    title: "Du bist in diesem Browser abgemeldet",
    text: "Jede Anmeldung in diesem Browser ist beendet, und die Seiten wissen es. Auf deinem Handy bleibst du angemeldet.",
  },
  nobodyLoggedOut: {
    title: "Niemand wurde abgemeldet",
    text: "Die Website, von der du kommst, hat so danach gefragt, dass sich nicht antworten lässt.",
  },
} satisfies typeof English;
