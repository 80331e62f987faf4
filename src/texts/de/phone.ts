import type { PHONE as English } from "../en/phone.ts";

/** What the phone says. */
export const PHONE = {
  noscript:
    "Um einen Code zu scannen und eine Anmeldung zu bestätigen, braucht diese Seite JavaScript.",
  app: {
    name: "QR-Anmeldung",
    description: "Auf einem anderen Bildschirm anmelden: einfach seinen Code scannen.",
  },
  loading: "Einen Moment …",
  signedInAs: (name: string) => `Angemeldet als ${name}`,
  signOut: "Abmelden",
  scanAnother: "Anderen Code scannen",
  tryAgain: "Noch einmal versuchen",
  cancel: "Abbrechen",
  home: {
    heading: "Auf einem anderen Bildschirm anmelden",
    text: "Scanne den Code, den er zeigt, und du bist auch dort angemeldet.",
    scan: "Code scannen",
    type: "Stattdessen den Code eintippen",
  },
  signIn: {
    heading: "Wer bist du?",
    text: "Melde dich einmal mit einem Passkey an, und dieses Handy kann dich auf jedem Bildschirm anmelden.",
    textAfterScan: (client: string) =>
      `${client} bittet um eine Anmeldung. Melde dich an, um zu sehen, wer fragt, und um zu entscheiden.`,
    wanted: {
      again: {
        heading: "Noch einmal anmelden",
        text: (client: string) =>
          `${client} will sichergehen, dass du es bist. Melde dich noch einmal an, und bestätige dann.`,
      },
      another: {
        heading: "Ein anderes Konto ist gefragt",
        text: (client: string) =>
          `${client} fragt nach jemand anderem, als du hier bist. Melde dich mit jenem Konto an, oder geh zurück und lehne ab.`,
      },
    },
    signIn: "Mit einem Passkey anmelden",
    create: "Konto anlegen",
    back: "Zurück",
  },
  create: {
    heading: "Konto anlegen",
    text: "Kein Passwort: Dein Handy bewahrt einen Passkey auf, den du entsperrst wie das Handy selbst.",
    name: "Dein Name",
    nameHint: "So, wie ihn die Bildschirme zeigen, auf denen du dich anmeldest.",
    submit: "Passkey anlegen",
    back: "Ich habe ein Konto",
  },
  camera: {
    heading: "Code scannen",
    text: "Halte den Code des anderen Bildschirms in den Rahmen.",
    starting: "Die Kamera wird gestartet …",
    type: "Stattdessen den Code eintippen",
    notOurs: "Das ist kein Anmeldecode.",
    stale: "Dieser Code wird nicht mehr gezeigt. Scanne den, der jetzt auf dem Bildschirm ist.",
  },
  typing: {
    heading: "Code eintippen",
    text: "Er steht beim QR-Code: acht Buchstaben.",
    prefilled: {
      heading: "Ist das der Code auf deinem Gerät?",
      text: "Vergleiche ihn mit dem, was dein Gerät zeigt. Mach nur weiter, wenn es derselbe ist und du selbst damit begonnen hast: Wer einen anderen Code zeigt, will sich vielleicht als du anmelden.",
    },
    label: "Code",
    submit: "Weiter",
    scan: "Stattdessen scannen",
    malformed: "Ein Code hat acht Buchstaben, zum Beispiel WDJB-MJHT.",
    unknown: "Auf diesen Code wartet keine Anmeldung. Prüfe ihn, oder nimm den neuesten.",
  },
  request: {
    screen: {
      heading: (client: string) => `Bei ${client} anmelden?`,
      warning: "Bestätige nur, wenn du jene Seite gerade eben selbst geöffnet hast.",
      warningDetail:
        "Hat dir jemand einen Code oder einen Link geschickt, oder will dich jemand dazu überreden, dann lehne ab.",
    },
    device: {
      heading: (client: string) => `Ein Gerät bei ${client} anmelden?`,
      warning:
        "Du meldest ein Gerät an. Bestätige nur, wenn es vor dir steht und du gerade eben selbst damit begonnen hast.",
      warningDetail:
        "Hat dir jemand den Code oder den Link geschickt, oder will dich jemand dazu überreden, dann lehne ab.",
    },
    browser: "Browser",
    system: "System",
    place: "Ort",
    address: "Adresse",
    network: "Netz",
    time: "Gefragt",
    unknown: "Nicht bekannt",
    decline: "Ablehnen",
    approve: "Bestätigen",
    expires: (time: string) => `Noch ${time} Zeit`,
    asYou: (name: string) => `Dort wirst du als ${name} angemeldet.`,
  },
  ends: {
    approved: ["Fertig", "Du bist auf dem anderen Bildschirm angemeldet."],
    denied: [
      "Abgelehnt",
      "Niemand wurde angemeldet. Wenn du nicht danach gefragt hattest, war das genau richtig.",
    ],
    expired: [
      "Dieser Code ist abgelaufen",
      "Lass dir auf dem Bildschirm einen neuen zeigen, und scanne ihn.",
    ],
    cancelled: ["Auf dem Bildschirm abgebrochen", "Diese Anmeldung ist dort nicht mehr gewünscht."],
    used: [
      "Ein anderes Handy war schneller",
      "Dieser Code wurde schon gescannt. Wenn nicht von dir, lass dir auf dem Bildschirm einen neuen zeigen.",
    ],
    decided: ["Schon entschieden", "Diese Anmeldung wurde bereits bestätigt oder abgelehnt."],
    stale: [
      "Dieser Code wird nicht mehr gezeigt",
      "Er wechselt alle paar Sekunden. Scanne den, der jetzt auf dem Bildschirm ist.",
    ],
    notOurs: ["Das ist kein Anmeldecode", "Scanne den Code, den der andere Bildschirm zeigt."],
    tooManyTries: [
      "Zu viele Versuche",
      "Warte eine Minute, und versuche es dann mit einem neuen Code.",
    ],
    noCamera: ["Keine Kamera gefunden", "Du kannst den Code stattdessen eintippen."],
    cameraRefused: [
      "Die Kamera ist nicht erlaubt",
      "Erlaube sie für diese Seite in den Einstellungen des Browsers, oder tippe den Code ein.",
    ],
    cameraBusy: [
      "Die Kamera ist belegt",
      "Schließe die App, die sie benutzt, oder tippe den Code ein.",
    ],
    offline: ["Keine Verbindung zum Internet", "Stelle sie her, und versuche es noch einmal."],
    unreachable: ["Der Server ist nicht erreichbar", "Versuche es gleich noch einmal."],
    noPasskeys: [
      "Dieser Browser hat keine Passkeys",
      "Benutze einen aktuellen Browser, über https, um dich hier anzumelden.",
    ],
    ownApp: [
      "Benutze die App dieser Website",
      "Anmeldungen werden hier mit ihrer eigenen App bestätigt.",
    ],
    misconfigured: [
      "Diese Seite ist nicht richtig eingerichtet",
      "Wer sie betreibt, findet den Grund im Protokoll.",
    ],
    other: [
      "Etwas ist schiefgegangen",
      "Das liegt an uns, nicht an dir. Versuche es bitte noch einmal.",
    ],
  },
  notices: {
    passkeyCancelled: "Der Passkey wurde nicht benutzt. Du kannst es noch einmal versuchen.",
    passkeyExists: "Dieses Handy hat für diese Seite schon einen Passkey. Melde dich mit ihm an.",
    passkeyUnknown:
      "Diese Seite kennt jenen Passkey nicht. Versuche einen anderen, oder lege ein Konto an.",
    passkeyFailed: "Jener Passkey hat nicht funktioniert. Versuche es bitte noch einmal.",
    nameInvalid: "Nimm bitte einen Namen von 1 bis 80 Zeichen.",
    tooManyRequests: "Zu viele Versuche. Warte eine Minute, und versuche es dann noch einmal.",
    network: "Es kam keine Antwort. Prüfe deine Verbindung, und versuche es noch einmal.",
    other: "Etwas ist schiefgegangen. Versuche es bitte noch einmal.",
  },
} satisfies typeof English;
