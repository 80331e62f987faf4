import type { PHONE as English } from "../en/phone.ts";

/** The phone page. */
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
  tooEarly: "Das war zu früh. Lies das erst, und drücke den Knopf dann noch einmal.",
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
    impossible: (character: string) =>
      `${character} kommt in keinem Code vor. Ein Code hat acht Buchstaben, zum Beispiel WDJB-MJHT.`,
    unknown: "Auf diesen Code wartet keine Anmeldung. Prüfe ihn, oder nimm den neuesten.",
  },
  confirmLink: {
    heading: "Hast du diesen Code selbst gescannt?",
    text: "Vielleicht hat eine andere Seite oder App diesen Link geöffnet. Mach nur weiter, wenn du gerade eben den Code auf dem Bildschirm vor dir gescannt hast. Hat dich eine Website, eine Nachricht oder ein Anruf hierher geführt, will sich vielleicht jemand als du anmelden.",
    confirm: "Ja, gescannt",
    decline: "Nein",
  },
  request: {
    screen: {
      heading: (client: string) => `Bei ${client} anmelden?`,
      warning: "Bestätige nur, wenn du jene Seite gerade eben selbst geöffnet hast.",
      warningDetail:
        "Scanne nur einen Code auf einer Seite, die du selbst geöffnet hast. Hat dir jemand einen Code oder einen Link geschickt, oder will dich jemand dazu überreden, dann lehne ab.",
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
    stepUp: "Um zu bestätigen, entsperrst du deinen Passkey noch einmal.",
    stepUpForDevice:
      "Jenes Gerät kann keine Ziffern zum Vergleichen zeigen. Um zu bestätigen, entsperrst du deshalb deinen Passkey noch einmal.",
    repeated:
      "Diesen Code hat noch jemand anderes gescannt. Lehne ab, wenn du nicht weißt, wer das war.",
    consent: {
      heading: (client: string) => `Das erhält ${client}`,
      sub: "Eine Kennung für dich",
      name: (name?: string) => (name === undefined ? "Deinen Namen" : `Deinen Namen: ${name}`),
      email: "Deine E-Mail-Adresse",
      none: "Nichts: Es erfährt nur, wie du dich entscheidest",
      login: (time: string) =>
        `Lesbar ist das dort ${time} lang, oder bis du die Anmeldung unter „Deine Geräte“ beendest.`,
      offline_access: (time: string) =>
        `Du bleibst bis zu ${time} angemeldet, ohne noch einmal gefragt zu werden, oder bis du die Anmeldung unter „Deine Geräte“ beendest.`,
      sso: (time: string) =>
        `Wenn auf jenem Bildschirm „angemeldet bleiben“ gewählt ist, kann sein Browser dich bis zu ${time} lang ohne dein Handy auch bei anderen Seiten hier anmelden.`,
    },
    consentToPhone: {
      heading: "Das erhält jenes Handy",
      items: [
        "Dein Konto: Es kann in deinem Namen Anmeldungen bestätigen",
        "Deinen Namen, deine Geräte und deinen Verlauf",
      ],
      terms: "Es bleibt angemeldet, bis du es unter „Deine Handys“ abmeldest.",
    },
    verdict: {
      verify: "Schau genau hin: Das ist vielleicht nicht dein Bildschirm",
      block: "Diese Anmeldung lässt sich nicht bestätigen",
    },
    blocked:
      "Sie sieht nach jemand anderem aus, also kannst du sie nur ablehnen. Ist es deine, dann beginne auf dem Gerät vor dir noch einmal.",
  },
  reasons: {
    same_network: "Der Bildschirm ist im selben Netz wie dein Handy.",
    same_city: "Der Bildschirm ist in derselben Stadt wie dein Handy.",
    distance: (distance: string) => `Der Bildschirm ist ungefähr ${distance} von dir entfernt.`,
    far_apart: (distance: string) => `Der Bildschirm ist ${distance} von dir entfernt.`,
    another_country: (screen: string, phone: string) =>
      `Der Bildschirm ist in einem anderen Land (${screen}). Dein Handy ist hier: ${phone}.`,
    far_abroad: (distance: string, screen: string, phone: string) =>
      `Der Bildschirm ist ${distance} von dir entfernt, in einem anderen Land (${screen}). Dein Handy ist hier: ${phone}.`,
    hosting_network: (network?: string) =>
      network === undefined
        ? "Der Bildschirm kommt aus einem Rechenzentrum oder einem VPN, nicht von zu Hause oder aus einem Büro."
        : `Der Bildschirm kommt aus einem Rechenzentrum oder einem VPN (${network}), nicht von zu Hause oder aus einem Büro.`,
    anonymous_network:
      "Der Bildschirm verbirgt, wo er ist: Er kommt aus einem anonymisierenden Netz.",
    place_hidden: "Nur eines der beiden Geräte verrät, wo es ist.",
    place_unknown: "Wo die beiden Geräte sind, ist nicht bekannt.",
    new_device: "Auf einem Gerät wie diesem hast du dich noch nie angemeldet.",
    first_login: "Das ist deine erste Anmeldung auf einem anderen Bildschirm.",
    many_tries: (count: number) =>
      count === 1
        ? "Für diese Anmeldung wurde ein falscher Code versucht."
        : `Für diese Anmeldung wurden ${count} falsche Codes versucht.`,
    code_repeated: "Den Code hat noch jemand anderes gescannt.",
    foreign_network:
      "Diese Website nimmt Anmeldungen nur aus Netzen an, die sie kennt, und das ist keines davon.",
    unheard_of: "Etwas an dieser Anmeldung ist ungewöhnlich.",
  },
  map: {
    screen: "Bildschirm",
    phone: "Dein Handy",
    text: (screen: string, phone: string) =>
      `Karte zweier Orte: Bildschirm (${screen}), dein Handy (${phone}).`,
    unnamed: "ein Ort ohne Namen",
  },
  match: {
    digits: {
      go: "Ziffern eintippen",
      label: "Die zwei Ziffern auf dem Bildschirm",
      hint: "Lies sie von dem Bildschirm ab, der vor dir steht. Übernimm sie nie aus einem Anruf oder einer Nachricht.",
    },
    code: {
      go: "Code ansehen",
      label: "Tippe das auf dem Bildschirm ein",
      hint: "Nur auf dem Bildschirm, der vor dir steht. Verrate diesen Code niemandem.",
      done: "Der Code wurde auf dem Bildschirm eingetippt. Entscheide jetzt.",
    },
  },
  sameDevice: {
    heading: "Das ist dein eigener Code",
    text: "Dieser Browser zeigt ihn selbst, also gibt es nichts zu scannen: Der Code ist für ein anderes Handy. Aber du kannst dich gleich hier anmelden.",
    logIn: "Hier mit deinem Passkey anmelden",
  },
  ends: {
    approved: ["Fertig", "Du bist auf dem anderen Bildschirm angemeldet."],
    phoneAdded: ["Dein anderes Handy ist dabei", "Es legt jetzt einen eigenen Passkey an."],
    approvedHere: ["Fertig", "Du bist angemeldet, in dem Tab, der den Code gezeigt hat."],
    matchWrong: [
      "Das sind nicht die Ziffern",
      "Zur Sicherheit wurde diese Anmeldung beendet, und niemand wurde angemeldet. Lass dir auf dem Bildschirm vor dir einen neuen Code zeigen, und tippe ein, was dort steht.",
    ],
    matchWrongThere: [
      "Ein falscher Code wurde eingetippt",
      "Zur Sicherheit wurde diese Anmeldung beendet, und niemand wurde angemeldet. Lass dir auf dem Bildschirm vor dir einen neuen Code zeigen, und versuche es noch einmal.",
    ],
    repeated: [
      "Jemand anderes hat diesen Code gescannt",
      "Zur Sicherheit wurde diese Anmeldung beendet, und niemand wurde angemeldet. Lass dir auf dem Bildschirm einen neuen Code zeigen.",
    ],
    blocked: [
      "Diese Anmeldung wurde abgelehnt",
      "Sie sieht nach jemand anderem aus. Scanne nur einen Code auf einer Seite, die du selbst geöffnet hast.",
    ],
    denied: [
      "Abgelehnt",
      "Niemand wurde angemeldet. Wenn du nicht danach gefragt hattest, war das genau richtig.",
    ],
    notScanned: [
      "Niemand wurde angemeldet",
      "Du kannst diese Seite schließen. Scanne nur Codes auf Seiten, die du selbst geöffnet hast.",
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
    ownCode: [
      "Das ist dein eigener Code",
      "Dieser Browser zeigt ihn selbst an: Er ist für ein anderes Handy. Lass dir dort einen neuen zeigen, und scanne ihn mit dem Handy in deiner Hand.",
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
