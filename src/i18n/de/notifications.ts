import type {
  NOTIFICATIONS as English,
  NOTIFICATIONS_SWITCH as EnglishSwitch,
} from "../en/notifications.ts";

/** Push notifications. */
export const NOTIFICATIONS = {
  device_linked: {
    title: (client: string) => `Ein Bildschirm wurde bei ${client} angemeldet`,
    text: (about: string) => `${about}. Warst du das nicht, tippe hier und melde ihn ab.`,
    textAlone: "Warst du das nicht, tippe hier und melde ihn ab.",
  },
  login_refused: {
    title: (client: string) => `Eine Anmeldung bei ${client} wurde abgelehnt`,
    text: (about: string) => `${about}. Bestätige nie, was du nicht selbst begonnen hast.`,
    textAlone: "Bestätige nie, was du nicht selbst begonnen hast.",
  },
  attack: {
    title: (client: string) => `Vielleicht hatte jemand deine Anmeldung bei ${client}`,
    text: (about: string) =>
      `${about}. Sie wurde beendet. Tippe hier, um zu sehen, wo du angemeldet bist.`,
    textAlone: "Sie wurde beendet. Tippe hier, um zu sehen, wo du angemeldet bist.",
  },
  recovery_code_used: {
    title: (site: string) => `Dein Wiederherstellungscode für ${site} wurde benutzt`,
    text: (about: string) =>
      `${about}. Warst du das nicht, tippe hier und entferne, was nicht dir gehört.`,
    textAlone: "Warst du das nicht, tippe hier und entferne, was nicht dir gehört.",
  },
  phone_linked: {
    title: (site: string) => `Ein weiteres Handy wurde bei ${site} angemeldet`,
    text: (about: string) =>
      `${about}. Warst du das nicht, tippe hier und entferne, was nicht dir gehört.`,
    textAlone: "Warst du das nicht, tippe hier und entferne, was nicht dir gehört.",
  },
  other: {
    title: (site: string) => `Mit deinem Konto bei ${site} ist etwas geschehen`,
    text: "Tippe hier, um zu sehen, wo du angemeldet bist.",
  },
} satisfies typeof English;

/** The switch that turns push notifications on. */
export const NOTIFICATIONS_SWITCH = {
  label: "Auf diesem Handy benachrichtigen",
  hint: "Wenn ein anderes deiner Handys einen Bildschirm anmeldet, und wenn eine Anmeldung abgelehnt wurde.",
  working: "Einen Moment …",
  on: "Ein",
  off: "Aus",
  unsupported:
    "Dieser Browser kann nicht benachrichtigt werden. Auf einem iPhone: Lege diese Seite erst auf den Home-Bildschirm, und öffne sie dort.",
  blocked:
    "Mitteilungen dieser Website sind blockiert. Erlaube sie erst in den Einstellungen des Browsers.",
  failed: "Das hat nicht geklappt. Bitte versuche es noch einmal.",
  notReachable:
    "Der Dienst deines Browsers für Mitteilungen ist nicht erreichbar. Versuche es später noch einmal.",
} satisfies typeof EnglishSwitch;
