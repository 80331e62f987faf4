import type { PHONE as English } from "../en/phone.ts";

/** What the phone says. */
export const PHONE = {
  noscript: "Pour scanner un code et approuver une connexion, cette page a besoin de JavaScript.",
  app: {
    name: "Connexion par QR",
    description: "Se connecter sur un autre écran en scannant son code.",
  },
  loading: "Un instant…",
  signedInAs: (name: string) => `Connecté en tant que ${name}`,
  signOut: "Se déconnecter",
  scanAnother: "Scanner un autre code",
  tryAgain: "Réessayer",
  cancel: "Annuler",
  home: {
    heading: "Se connecter sur un autre écran",
    text: "Scannez le code qu’il affiche, et vous y serez connecté aussi.",
    scan: "Scanner le code",
    type: "Saisir plutôt le code",
  },
  signIn: {
    heading: "Qui êtes-vous ?",
    text: "Identifiez-vous une fois avec une clé d’accès, et ce téléphone pourra vous connecter sur n’importe quel écran.",
    textAfterScan: (client: string) =>
      `${client} demande une connexion. Identifiez-vous pour voir qui la demande, et pour décider.`,
    wanted: {
      again: {
        heading: "Identifiez-vous encore une fois",
        text: (client: string) =>
          `${client} veut être sûr que c’est bien vous. Identifiez-vous de nouveau, puis approuvez.`,
      },
      another: {
        heading: "Un autre compte est demandé",
        text: (client: string) =>
          `${client} demande une autre personne que celle que vous êtes ici. Identifiez-vous avec ce compte, ou revenez en arrière et refusez.`,
      },
    },
    signIn: "S’identifier avec une clé d’accès",
    create: "Créer un compte",
    back: "Retour",
  },
  create: {
    heading: "Créer un compte",
    text: "Pas de mot de passe : votre téléphone garde une clé d’accès, que vous déverrouillez comme le téléphone.",
    name: "Votre nom",
    nameHint: "Tel que l’affichent les écrans où vous vous connectez.",
    submit: "Créer une clé d’accès",
    back: "J’ai déjà un compte",
  },
  camera: {
    heading: "Scanner le code",
    text: "Placez dans le cadre le code de l’autre écran.",
    starting: "Démarrage de l’appareil photo…",
    type: "Saisir plutôt le code",
    notOurs: "Ce n’est pas un code de connexion.",
    stale: "Ce code n’est plus affiché. Scannez celui qui est à l’écran maintenant.",
  },
  typing: {
    heading: "Saisir le code",
    text: "Il se trouve à côté du code QR : huit lettres.",
    prefilled: {
      heading: "Est-ce le code affiché sur votre appareil ?",
      text: "Comparez-le avec ce que montre votre appareil. Ne continuez que si c’est le même et si vous avez commencé vous-même : quiconque montre un autre code cherche peut-être à se connecter à votre place.",
    },
    label: "Code",
    submit: "Continuer",
    scan: "Scanner plutôt",
    malformed: "Un code a huit lettres, par exemple WDJB-MJHT.",
    unknown: "Aucune connexion n’attend ce code. Vérifiez-le, ou prenez le plus récent.",
  },
  request: {
    screen: {
      heading: (client: string) => `Se connecter à ${client} ?`,
      warning: "N’approuvez que si vous venez d’ouvrir cette page vous-même.",
      warningDetail:
        "Si quelqu’un vous a envoyé un code ou un lien, ou vous pousse à le faire, refusez.",
    },
    device: {
      heading: (client: string) => `Connecter un appareil à ${client} ?`,
      warning:
        "Vous connectez un appareil. N’approuvez que s’il est devant vous, et si vous venez de commencer vous-même.",
      warningDetail:
        "Si quelqu’un vous a envoyé le code ou le lien, ou vous pousse à le faire, refusez.",
    },
    browser: "Navigateur",
    system: "Système",
    place: "Lieu",
    address: "Adresse",
    network: "Réseau",
    time: "Demandé",
    unknown: "Inconnu",
    decline: "Refuser",
    approve: "Approuver",
    expires: (time: string) => `Encore ${time} pour décider`,
    asYou: (name: string) => `Vous y serez connecté en tant que ${name}.`,
  },
  ends: {
    approved: ["C’est fait", "Vous êtes connecté sur l’autre écran."],
    denied: [
      "Refusé",
      "Personne n’a été connecté. Si vous n’aviez rien demandé, vous avez bien fait.",
    ],
    expired: ["Ce code a expiré", "Demandez-en un nouveau à l’écran, puis scannez-le."],
    cancelled: ["Annulé à l’écran", "Cette connexion n’y est plus souhaitée."],
    used: [
      "Un autre téléphone a été plus rapide",
      "Ce code a déjà été scanné. Si ce n’était pas par vous, demandez-en un nouveau à l’écran.",
    ],
    decided: ["Déjà décidé", "Cette connexion a déjà été approuvée ou refusée."],
    stale: [
      "Ce code n’est plus affiché",
      "Il change toutes les quelques secondes. Scannez celui qui est à l’écran maintenant.",
    ],
    notOurs: ["Ce n’est pas un code de connexion", "Scannez le code qu’affiche l’autre écran."],
    tooManyTries: ["Trop d’essais", "Attendez une minute, puis réessayez avec un nouveau code."],
    noCamera: ["Aucun appareil photo trouvé", "Vous pouvez saisir le code à la place."],
    cameraRefused: [
      "L’appareil photo n’est pas autorisé",
      "Autorisez-le pour ce site dans les réglages du navigateur, ou saisissez le code.",
    ],
    cameraBusy: [
      "L’appareil photo est occupé",
      "Fermez l’application qui l’utilise, ou saisissez le code.",
    ],
    offline: ["Vous êtes hors ligne", "Connectez-vous à internet, puis réessayez."],
    unreachable: ["Le serveur est injoignable", "Réessayez dans un instant."],
    noPasskeys: [
      "Ce navigateur n’a pas de clés d’accès",
      "Pour vous identifier ici, utilisez un navigateur récent, en https.",
    ],
    ownApp: [
      "Utilisez l’application de ce site",
      "Les connexions y sont approuvées avec sa propre application.",
    ],
    misconfigured: [
      "Ce site n’est pas configuré correctement",
      "La personne qui l’exploite en trouvera la raison dans son journal.",
    ],
    other: [
      "Quelque chose s’est mal passé",
      "C’est notre faute, pas la vôtre. Veuillez réessayer.",
    ],
  },
  notices: {
    passkeyCancelled: "La clé d’accès n’a pas été utilisée. Vous pouvez réessayer.",
    passkeyExists:
      "Ce téléphone a déjà une clé d’accès pour ce site. Utilisez-la pour vous identifier.",
    passkeyUnknown:
      "Ce site ne connaît pas cette clé d’accès. Essayez-en une autre, ou créez un compte.",
    passkeyFailed: "Cette clé d’accès n’a pas fonctionné. Veuillez réessayer.",
    nameInvalid: "Veuillez choisir un nom de 1 à 80 caractères.",
    tooManyRequests: "Trop d’essais. Attendez une minute, puis réessayez.",
    network: "Aucune réponse n’est arrivée. Vérifiez votre connexion, puis réessayez.",
    other: "Quelque chose s’est mal passé. Veuillez réessayer.",
  },
} satisfies typeof English;
