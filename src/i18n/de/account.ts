import type { ACCOUNT as English } from "../en/account.ts";

const site = (client: string | undefined) => client ?? "einer Website";
const on = (device: string | undefined) => (device === undefined ? "" : ` auf ${device}`);
const which = (device: string | undefined) => (device === undefined ? "" : `: ${device}`);
const called = (name: string | undefined) => (name === undefined ? "" : ` „${name}“`);
const why = (reason: string | undefined) => (reason === undefined ? "" : `: ${reason}`);

/** The account pages: devices, phones, passkeys and history. */
export const ACCOUNT = {
  navigation: {
    label: "Konto",
    home: "Anmelden",
    devices: "Geräte",
    passkeys: "Passkeys",
    history: "Verlauf",
  },
  signInTexts: {
    devices: "Melde dich an, um zu sehen, wo du angemeldet bist.",
    passkeys: "Melde dich an, um deine Passkeys zu sehen.",
    history: "Melde dich an, um zu sehen, was in deinem Konto geschehen ist.",
  },
  device: (browser: string, system: string) => `${browser} auf ${system}`,
  unknownDevice: "Ein unbekanntes Gerät",
  notices: {
    anotherAccount:
      "Jener Passkey gehört zu einem anderen Konto, das du jetzt siehst. Es wurde nichts getan.",
    passkeyHere: "Jenes Gerät hat schon einen Passkey für dieses Konto.",
    tooManyPasskeys:
      "Mehr Passkeys kann ein Konto nicht haben. Entferne einen, den du nicht benutzt.",
    lastPasskey: "Ohne diesen Passkey könntest du dich nicht anmelden, also bleibt er.",
    recoveryCodeInvalid:
      "Dieser Code gilt nicht. Prüfe jeden Buchstaben: Vielleicht hat ihn ein neuerer ersetzt.",
    phoneUnconfirmed:
      "Dieses Handy ist neu hier, deshalb geht das damit erst morgen. Nimm ein Handy, das schon vorher angemeldet war.",
    goneAlready: "Das war schon weg.",
  },

  devices: {
    heading: "Deine Geräte",
    text: "Jeder Bildschirm, der über dein Konto angemeldet ist.",
    list: "Angemeldet",
    empty: [
      "Nichts ist angemeldet",
      "Sobald du dich auf einem anderen Bildschirm anmeldest, findest du ihn hier und kannst ihn von hier aus abmelden.",
    ],
    began: (ago: string) => `Angemeldet ${ago}.`,
    lastSeen: (ago: string) => `Zuletzt gesehen ${ago}.`,
    endedBy: {
      client: (ago: string, client: string) =>
        `Es wurde ${ago} abgemeldet, auf dem Gerät oder von ${client}.`,
      server: (ago: string) => `Es wurde ${ago} abgemeldet.`,
    },
    loggedOut: "Abgemeldet",
    justNow: "Das war gerade eben",
    unconfirmed: "Unbestätigt",
    wasThatYou: "Warst du das?",
    thatWasMe: "Das war ich",
    notMe: "Das war ich nicht",
    end: "Abmelden",
    named: (action: string, device: string, client: string) => `${action}: ${device}, ${client}`,
    confirmed: (device: string) => `Gut: ${device} ist bestätigt.`,
    ended: (device: string) => `${device} ist abgemeldet.`,
    browser: {
      stays: (time: string) => `Bleibt noch ${time} angemeldet, und länger, wenn er benutzt wird.`,
      sites: "Angemeldet bei:",
      noSites: "Bei keiner Seite angemeldet.",
      end: "Diesen Browser abmelden",
      named: (action: string, device: string) => `${action}: ${device}`,
      ended: (device: string) => `${device} ist abgemeldet, auch bei allen seinen Seiten.`,
    },
    attack: {
      heading: "Diese Anmeldung ist beendet",
      ended: (device: string, client: string) =>
        `${device} ist bei ${client} abgemeldet, und nichts, was es bekommen hat, gilt noch.`,
      advice: "Tu zur Sicherheit auch das:",
      elsewhere: "Melde jedes andere Gerät ab, das du nicht kennst.",
      passkeys: "Prüfe, ob jeder Passkey dir gehört",
      history: "Sieh nach, was sonst geschehen ist",
      back: "Zurück zu deinen Geräten",
    },
    endAll: {
      open: "Alle abmelden",
      heading: "Überall abmelden?",
      text: (count: number) =>
        count === 1
          ? "Das eine Gerät, das angemeldet ist, wird sofort abgemeldet. Dieses Handy bleibt angemeldet."
          : `Alle ${count} Geräte werden sofort abgemeldet. Dieses Handy bleibt angemeldet.`,
      keep: "Angemeldet lassen",
      confirm: "Alle abmelden",
      done: "Alle Geräte sind abgemeldet.",
    },
  },

  phones: {
    heading: "Deine Handys",
    text: "Jedes Handy, das hier angemeldet ist und Anmeldungen bestätigen kann.",
    unknown: "Ein unbekanntes Handy",
    current: "Dieses Handy",
    unconfirmed: "Neu",
    unconfirmedHint:
      "Ein neues Handy kann an seinem ersten Tag keine Passkeys entfernen und das Konto nicht löschen. Wenn du es nicht kennst, melde es ab: Was es hinzugefügt hat, geht mit ihm.",
    by: {
      passkey: "Mit einem Passkey angemeldet.",
      another_phone: "Von einem anderen Handy hereingelassen.",
      recovery_code: "Mit dem Wiederherstellungscode angemeldet.",
    },
    since: (ago: string) => `Das war ${ago}.`,
    end: "Abmelden",
    named: (action: string, phone: string) => `${action}: ${phone}`,
    ended: (phone: string) => `${phone} ist abgemeldet.`,
    endOthers: {
      open: "Alle anderen abmelden",
      heading: "Alle anderen abmelden?",
      text: "Jedes Handy außer diesem wird sofort abgemeldet. Wo es einen Passkey gibt, kann man sich wieder anmelden.",
      keep: "Behalten",
      confirm: "Abmelden",
      done: "Alle anderen Handys sind abgemeldet.",
    },
  },

  passkeys: {
    heading: "Deine Passkeys",
    text: "Jeder von ihnen meldet dich an, ohne Passwort.",
    list: "Passkeys",
    current: "Dieses Handy",
    synced: "Synchronisiert: auf jedem Gerät mit demselben Passwortmanager.",
    single: "Nur auf dem einen Gerät, das ihn angelegt hat.",
    added: (day: string) => `Hinzugefügt ${day}.`,
    used: (ago: string) => `Zuletzt benutzt ${ago}.`,
    neverUsed: "Noch nicht benutzt.",
    rename: "Umbenennen",
    remove: "Entfernen",
    named: (action: string, passkey: string) => `${action}: ${passkey}`,
    name: "Name des Passkeys",
    save: "Speichern",
    renamed: (name: string) => `Er heißt jetzt ${name}.`,
    removed: (name: string) => `${name} ist entfernt.`,
    last: "Ohne ihn könntest du dich nicht anmelden. Füge einen anderen hinzu, bevor du ihn entfernst.",
    unconfirmedHint:
      "Ein neues Handy hat einen dieser Passkeys hinzugefügt. Wenn du ihn nicht kennst, entferne ihn: Alles andere, was dieses Handy hinzugefügt hat, geht mit ihm.",
    add: {
      open: "Passkey hinzufügen",
      heading: "Passkey hinzufügen",
      text: "Auf diesem Handy, oder auf einem Sicherheitsschlüssel, den du daran hältst.",
      submit: "Passkey anlegen",
      done: (name: string) => `${name} ist hinzugefügt.`,
    },
    confirmRemoval: {
      heading: (name: string) => `${name} entfernen?`,
      text: "Er meldet dich dann nicht mehr an, und jedes Handy, das er angemeldet hat, wird abgemeldet. Lösche ihn auch auf dem Handy oder Schlüssel, der ihn aufbewahrt.",
      textCurrent:
        "Mit ihm wurde dieses Handy angemeldet, also wird es abgemeldet. Halte einen anderen Passkey bereit, bevor du weitermachst.",
      keep: "Behalten",
      confirm: "Entfernen",
    },
    anotherPhone: {
      heading: "Ein weiteres Handy",
      text: "Melde dich auf einem neuen Handy an, mit einem Code, den dieses hier scannt.",
      open: "Weiteres Handy hinzufügen",
    },
    recovery: {
      heading: "Wiederherstellungscode",
      none: "Sind alle deine Passkeys verloren, lässt dich nur ein Wiederherstellungscode wieder hinein. Du hast noch keinen.",
      made: (day: string, ago: string) => `Angelegt am ${day} (${ago}). Er gilt einmal.`,
      make: "Wiederherstellungscode anlegen",
      renew: "Neuen anlegen",
      renewHint: "Der alte gilt dann nicht mehr.",
    },
  },

  recoveryCode: {
    heading: "Dein Wiederherstellungscode",
    text: "Schreib ihn auf, und bewahre ihn dort auf, wo sonst niemand hinsieht. Er wird nur jetzt gezeigt und meldet dich einmal an.",
    label: "Wiederherstellungscode",
    copy: "Kopieren",
    copied: "Kopiert. Bewahre ihn lieber in einem Passwortmanager auf als in einer Notiz.",
    notCopied: "Dieser Browser lässt Seiten nicht kopieren. Markiere den Code stattdessen.",
    done: "Ich habe ihn aufgeschrieben",
  },

  addPhone: {
    heading: "Weiteres Handy hinzufügen",
    text: "Es bekommt einen eigenen Passkey. Halte beide Handys in den Händen.",
    steps: (address: string) => [
      `Öffne auf dem neuen Handy ${address}.`,
      "Tippe auf „Mein anderes Handy benutzen“. Es zeigt einen Code.",
      "Scanne jenen Code mit diesem Handy, und bestätige.",
    ],
    scan: "Code scannen",
    back: "Zurück",
  },

  newPhone: {
    open: "Mein anderes Handy benutzen",
    heading: "Scanne das mit deinem anderen Handy",
    text: (address: string) =>
      `Öffne dort, wo du angemeldet bist, ${address}, tippe auf „Code scannen“, und halte jenes Handy über dieses.`,
    starting: "Der Code wird vorbereitet …",
    qr: "QR-Code: Scanne ihn mit dem Handy, auf dem du angemeldet bist",
    type: "Keine Kamera? Einen Code eintippen",
    typed: "Tippe dort ein:",
    noTyped: "Es kam kein Code zum Eintippen. Versuche es gleich noch einmal.",
    expires: (time: string) => `Gilt noch ${time}`,
    announcement: "Ein Code wird gezeigt. Scanne ihn mit dem Handy, auf dem du angemeldet bist.",
    scanned: {
      heading: "Weiter auf deinem anderen Handy",
      text: "Mach dort weiter, und bestätige.",
    },
    digits: {
      heading: "Tippe diese Ziffern auf deinem anderen Handy ein",
      text: "Nur, wenn du es selbst in der Hand hast. Verrate sie niemandem.",
    },
    linking: "Anmeldung läuft …",
    ends: {
      denied: ["Abgelehnt", "Dieses Handy wurde nicht hinzugefügt."],
      expired: ["Dieser Code ist abgelaufen", "Beginne noch einmal mit einem neuen."],
      cancelled: ["Abgebrochen", "Dieses Handy wurde nicht hinzugefügt."],
      failed: [
        "Das hat nicht geklappt",
        "Dieses Handy wurde nicht hinzugefügt. Beginne noch einmal mit einem neuen Code.",
      ],
    },
    again: "Neuen Code zeigen",
    back: "Zurück",
  },

  approvePhone: {
    heading: () => "Dieses Handy zu deinem Konto hinzufügen?",
    warning:
      "Wer jenes Handy in der Hand hat, kann dann alles tun, was du kannst: sich anmelden, und dich aussperren.",
    warningDetail:
      "Bestätige nur, wenn es deines ist, du es in der Hand hast und es den Code gerade jetzt zeigt. Niemand, der dich anruft oder dir schreibt, braucht das.",
  },

  newPasskey: {
    recovered: {
      heading: "Du bist drin. Leg jetzt einen Passkey an",
      text: "Der Wiederherstellungscode ist verbraucht. Ohne neuen Passkey kannst du dich nicht wieder anmelden.",
    },
    linked: {
      heading: "Dieses Handy ist dabei. Leg jetzt einen Passkey an",
      text: "Mit ihm meldet dich dieses Handy von nun an selbst an.",
    },
    submit: "Passkey anlegen",
    later: "Später",
  },

  recover: {
    open: "Ich habe meinen Passkey verloren",
    heading: "Nimm deinen Wiederherstellungscode",
    text: "Den, den du aufgeschrieben hast. Er gilt einmal und meldet dich auf diesem Handy an.",
    label: "Wiederherstellungscode",
    submit: "Anmelden",
    back: "Zurück",
    malformed: "Tippe den ganzen Code ein, mit oder ohne Striche.",
  },

  history: {
    heading: "Verlauf",
    text: "Was in deinem Konto geschehen ist.",
    today: "Heute",
    yesterday: "Gestern",
    empty: [
      "Noch ist nichts geschehen",
      "Anmeldungen, Passkeys und Änderungen werden hier aufgelistet.",
    ],
    events: {
      account_created: () => "Du hast dieses Konto angelegt.",
      phone_signed_in: ({ device }) => `Ein Handy hat sich angemeldet${which(device)}.`,
      login: ({ client, device }) => `Du hast dich bei ${site(client)}${on(device)} angemeldet.`,
      login_declined: ({ client, device }) =>
        `Du hast eine Anmeldung bei ${site(client)}${on(device)} abgelehnt.`,
      login_refused: ({ client, device, reason }) =>
        `Eine Anmeldung bei ${site(client)}${on(device)} wurde abgewiesen${why(reason)}.`,
      match_wrong: ({ client, device }) =>
        `Eine Anmeldung bei ${site(client)}${on(device)} wurde beendet: Eingetippt wurde nicht, was das andere Gerät zeigte.`,
      device_confirmed: ({ client, device }) =>
        `Du hast die Anmeldung bei ${site(client)}${on(device)} bestätigt.`,
      phone_signed_out: ({ device }) => `Ein Handy wurde abgemeldet${which(device)}.`,
      device_ended: ({ client, device }) =>
        `Die Anmeldung bei ${site(client)}${on(device)} wurde beendet.`,
      device_not_me: ({ client, device }) =>
        `Du hast gesagt, dass die Anmeldung bei ${site(client)}${on(device)} nicht von dir war. Sie wurde beendet.`,
      passkey_added: ({ name }) => `Der Passkey${called(name)} wurde hinzugefügt.`,
      passkey_renamed: ({ name }) =>
        name === undefined ? "Ein Passkey wurde umbenannt." : `Ein Passkey heißt jetzt „${name}“.`,
      passkey_removed: ({ name }) => `Der Passkey${called(name)} wurde entfernt.`,
      recovery_code_made: () => "Ein Wiederherstellungscode wurde angelegt.",
      recovery_code_used: () => "Mit dem Wiederherstellungscode hat sich jemand angemeldet.",
      phone_linked: ({ device }) => `Ein weiteres Handy wurde hinzugefügt${which(device)}.`,
      code_repeated: ({ client }) =>
        `Ein Code für ${site(client)}, den du gescannt hattest, wurde noch einmal gescannt, von irgendjemandem.`,
      notices_on: () => "Benachrichtigungen auf ein Handy wurden eingeschaltet.",
      notices_off: () => "Benachrichtigungen auf ein Handy wurden ausgeschaltet.",
      attack: ({ reason }) => `Etwas wurde versucht, das nur ein Angreifer versucht${why(reason)}.`,
    },
    anotherPhone: "einem weiteren Handy",
    other: (type: string) => `Etwas ist geschehen: ${type}.`,
    reasons: {
      far_apart: "der Bildschirm war weit vom Handy entfernt",
      another_country: "der Bildschirm war in einem anderen Land",
      hosting_network: "der Bildschirm war in einem Rechenzentrum",
      anonymous_network: "der Bildschirm verbarg sich hinter einem anonymen Netz",
      place_hidden: "der Bildschirm oder das Handy verbarg seinen Ort",
      foreign_network: "der Bildschirm war in einem Netz, das nicht erlaubt ist",
      many_tries: "viele falsche Codes wurden versucht",
      code_repeated: "ihr Code wurde mehr als einmal gescannt",
      approver_signed_out: "das Handy, das sie bestätigt hatte, wurde abgemeldet",
    },
    attacks: {
      recovery_code_guessed:
        "jemand hat den Wiederherstellungscode zu raten versucht, der nun nicht mehr gilt",
      refresh_token_reused:
        "womit ein Gerät angemeldet bleibt, wurde zweimal benutzt, also wurde es abgemeldet",
      code_reused:
        "der Code einer Anmeldung wurde zweimal benutzt, also wurde diese Anmeldung beendet",
    },
    yours: {
      heading: "Deine Daten",
      text: "All das gehört dir, und du kannst es mitnehmen.",
      json: "Als JSON herunterladen",
      csv: "Als CSV herunterladen",
      file: (extension: string) => `verlauf.${extension}`,
    },
  },

  deletion: {
    open: "Konto löschen",
    heading: "Dein Konto löschen?",
    text: "Nichts davon bleibt. Das geht verloren:",
    consequences: [
      "jede Anmeldung: alle deine Geräte werden abgemeldet, und die Websites erfahren es",
      "deine Passkeys hier, und der Wiederherstellungscode",
      "dein Name, und der ganze Verlauf",
    ],
    keep: "Mein Konto behalten",
    next: "Mein Konto löschen",
    sure: {
      heading: "Wirklich löschen?",
      text: "Das kann niemand rückgängig machen, auch wir nicht. Websites, die dich durch dieses Konto kennen, kennen dich dann nicht mehr.",
      confirm: "Endgültig löschen",
    },
    goodbye: [
      "Dein Konto ist gelöscht",
      "Hier ist nichts davon übrig. Seine Passkeys kannst du jetzt im Passwortmanager deines Handys löschen.",
    ],
    restart: "Neues Konto anlegen",
  },
} satisfies typeof English;
