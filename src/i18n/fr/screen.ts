import type { SCREEN as English } from "../en/screen.ts";
import type { TitledText } from "../titled-text.ts";
import { SCAN_PROMPT } from "./scan-prompt.ts";

const NEW_CODE = "Afficher un nouveau code";

/** The login page. */
export const SCREEN = {
  noscript:
    "Vous pouvez scanner ce code ; mais pour en afficher un nouveau et pour continuer ici, cette page a besoin de JavaScript.",
  aside: "Comment le sait-elle ?",
  starting: "Préparation d’un code…",
  pending: {
    title: SCAN_PROMPT.title,
    heading: SCAN_PROMPT.heading,
    steps: [
      "Ouvrez l’appareil photo de votre téléphone.",
      "Visez ce code, puis ouvrez le lien.",
      "Vérifiez ce que montre votre téléphone, puis approuvez.",
    ],
    qr: SCAN_PROMPT.qr,
    type: "Pas d’appareil photo ? Saisissez plutôt un code",
    typed: (address: string) => `Ouvrez ${address} sur votre téléphone, puis saisissez :`,
    noTyped: "Aucun code à saisir n’est arrivé. Réessayez dans un instant.",
    announcement: "Un code de connexion est affiché. Scannez-le avec votre téléphone.",
  },
  keep: {
    label: "Rester connecté dans ce navigateur",
    hint: "D’autres sites pourront alors vous connecter sans votre téléphone. Ne le cochez pas sur un ordinateur que d’autres utilisent.",
  },
  expiresIn: (time: string) => `Encore valable ${time}`,
  scanned: {
    title: "Scanné – regardez votre téléphone",
    heading: "Regardez votre téléphone",
    text: "Le code a été scanné. Pour continuer, approuvez la connexion sur votre téléphone.",
    startOver: "Ce n’était pas moi : recommencer",
    digits:
      "Le code a été scanné. Saisissez ces deux chiffres sur votre téléphone, puis approuvez :",
    code: {
      text: "Le code a été scanné. Saisissez les quatre chiffres qu’affiche votre téléphone :",
      label: "Chiffres sur votre téléphone",
      submit: "Continuer",
      network: "Aucune réponse n’est arrivée. Veuillez réessayer.",
    },
  },
  redeeming: { title: "Connexion en cours…", heading: "Approuvé. Connexion en cours…" },
  leaving: {
    title: (client: string) => `Retour à ${client}…`,
    open: (client: string) => `Ouvrir ${client}`,
  },
  left: {
    notice: (client: string): TitledText => [
      "Cette connexion est terminée",
      `Vous êtes déjà retourné à ${client}. Si cela n’a pas fonctionné, reconnectez-vous.`,
    ],
    action: NEW_CODE,
  },
  backTo: SCAN_PROMPT.backTo,
  loggedIn: {
    title: (name?: string) => (name ? `Connecté en tant que ${name}` : "Connecté"),
    text: (time: string) =>
      `Votre téléphone a approuvé cette connexion à ${time}. Cette page a maintenant sa propre session ; celle de votre téléphone y reste.`,
    logOut: "Se déconnecter",
  },
  denied: {
    notice: ["Refusé", "La connexion a été refusée sur le téléphone. Personne n’a été connecté."],
    action: NEW_CODE,
  },
  mistyped: {
    notice: [
      "Ce n’étaient pas les bons chiffres",
      "Par sécurité, cette connexion a été interrompue, et personne n’a été connecté.",
    ],
    action: NEW_CODE,
  },
  expired: {
    notice: [
      "Ce code a expiré",
      "Pour votre sécurité, les codes ne sont valables que peu de temps.",
    ],
    action: NEW_CODE,
  },
  cancelled: {
    notice: ["Annulé", "Cette connexion a été annulée. Personne n’a été connecté."],
    action: NEW_CODE,
  },
  failures: {
    offline: ["Vous êtes hors ligne", "Un code s’affichera dès que la connexion sera rétablie."],
    network: ["Le serveur est injoignable", "Cette page continue d’essayer d’elle-même."],
    too_many_requests: ["Trop de connexions à la fois", "Attendez une minute, puis réessayez."],
    configuration_error: [
      "Ce site n’est pas configuré correctement",
      "La personne qui l’exploite en trouvera la raison dans son journal.",
    ],
    client_unknown: [
      "Cette page n’est pas connue ici",
      "Son client_id n’est pas enregistré sur le serveur.",
    ],
    origin_not_allowed: [
      "Ce n’est pas l’adresse de cette page",
      "Ouvrez la page à l’adresse pour laquelle le serveur est configuré.",
    ],
    insecure_context: [
      "Cette page a besoin de https",
      "Elle a été chargée en simple http, où les navigateurs refusent ce qu’exige une connexion sûre.",
    ],
    redeem: [
      "La connexion n’a pas abouti",
      "Elle était approuvée, mais quelque chose s’est mal passé ensuite. Veuillez réessayer.",
    ],
    other: [
      "Quelque chose s’est mal passé",
      "C’est notre faute, pas la vôtre. Veuillez réessayer.",
    ],
  },
  tryAgain: "Réessayer",
  connection: {
    connecting: "Connexion au serveur…",
    reconnecting: "Reconnexion au serveur…",
    offline: "Hors ligne : la page reprendra dès que la connexion sera rétablie",
    websocket: "En direct par WebSocket",
    sse: "En direct par événements envoyés par le serveur",
    poll: "En direct par attente longue",
  },
} satisfies typeof English;
