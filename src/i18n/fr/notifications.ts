import type {
  NOTIFICATIONS as English,
  NOTIFICATIONS_SWITCH as EnglishSwitch,
} from "../en/notifications.ts";

/** Push notifications. */
export const NOTIFICATIONS = {
  device_linked: {
    title: (client: string) => `Un écran a été connecté à ${client}`,
    text: (about: string) => `${about}. Si ce n’était pas vous, touchez ici et déconnectez-le.`,
    textAlone: "Si ce n’était pas vous, touchez ici et déconnectez-le.",
  },
  login_refused: {
    title: (client: string) => `Une connexion à ${client} a été refusée`,
    text: (about: string) =>
      `${about}. N’approuvez jamais ce que vous n’avez pas commencé vous-même.`,
    textAlone: "N’approuvez jamais ce que vous n’avez pas commencé vous-même.",
  },
  attack: {
    title: (client: string) => `Quelqu’un a peut-être eu votre connexion à ${client}`,
    text: (about: string) =>
      `${about}. Elle a été fermée. Touchez ici pour voir où vous êtes connecté.`,
    textAlone: "Elle a été fermée. Touchez ici pour voir où vous êtes connecté.",
  },
  recovery_code_used: {
    title: (site: string) => `Votre code de secours pour ${site} a été utilisé`,
    text: (about: string) =>
      `${about}. Si ce n’était pas vous, touchez ici et retirez ce qui n’est pas à vous.`,
    textAlone: "Si ce n’était pas vous, touchez ici et retirez ce qui n’est pas à vous.",
  },
  phone_linked: {
    title: (site: string) => `Un autre téléphone a été connecté à ${site}`,
    text: (about: string) =>
      `${about}. Si ce n’était pas vous, touchez ici et retirez ce qui n’est pas à vous.`,
    textAlone: "Si ce n’était pas vous, touchez ici et retirez ce qui n’est pas à vous.",
  },
  other: {
    title: (site: string) => `Il s’est passé quelque chose avec votre compte sur ${site}`,
    text: "Touchez ici pour voir où vous êtes connecté.",
  },
} satisfies typeof English;

/** The switch that turns push notifications on. */
export const NOTIFICATIONS_SWITCH = {
  label: "Me prévenir sur ce téléphone",
  hint: "Quand un autre de vos téléphones connecte un écran, et quand une connexion a été refusée.",
  working: "Un instant…",
  on: "Activé",
  off: "Désactivé",
  unsupported:
    "Ce navigateur ne peut pas être prévenu. Sur un iPhone, ajoutez d’abord cette page à l’écran d’accueil, et ouvrez-la là.",
  blocked:
    "Les notifications de ce site sont bloquées. Autorisez-les d’abord dans les réglages du navigateur.",
  failed: "Cela n’a pas marché. Veuillez réessayer.",
  notReachable:
    "Le service de notifications de votre navigateur est injoignable. Réessayez plus tard.",
} satisfies typeof EnglishSwitch;
