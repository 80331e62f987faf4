import type { PHONE as English } from "../en/phone.ts";

/** The phone page. */
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
  tooEarly: "C’était trop tôt. Lisez d’abord, puis appuyez de nouveau sur le bouton.",
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
    impossible: (character: string) =>
      `${character} ne figure dans aucun code. Un code a huit lettres, par exemple WDJB-MJHT.`,
    unknown: "Aucune connexion n’attend ce code. Vérifiez-le, ou prenez le plus récent.",
  },
  confirmLink: {
    heading: "Avez-vous scanné ce code vous-même ?",
    text: "Une autre page ou application a peut-être ouvert ce lien. Ne continuez que si vous venez de scanner le code sur l’écran devant vous. Si un site, un message ou un appel vous a amené ici, quelqu’un cherche peut-être à se connecter à votre place.",
    confirm: "Oui, je l’ai scanné",
    decline: "Non",
  },
  request: {
    screen: {
      heading: (client: string) => `Se connecter à ${client} ?`,
      warning: "N’approuvez que si vous venez d’ouvrir cette page vous-même.",
      warningDetail:
        "Ne scannez un code que sur un site que vous avez ouvert vous-même. Si quelqu’un vous a envoyé un code ou un lien, ou vous pousse à le faire, refusez.",
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
    stepUp: "Pour approuver, vous déverrouillez encore une fois votre clé d’accès.",
    stepUpForDevice:
      "Cet appareil ne peut pas montrer de chiffres à comparer. Pour approuver, vous déverrouillez donc encore une fois votre clé d’accès.",
    repeated: "Quelqu’un d’autre a aussi scanné ce code. Refusez, à moins de savoir qui c’était.",
    consent: {
      heading: (client: string) => `Ce que ${client} reçoit`,
      sub: "Un identifiant pour vous",
      name: (name?: string) => (name === undefined ? "Votre nom" : `Votre nom : ${name}`),
      email: "Votre adresse e-mail",
      none: "Rien : il apprend seulement ce que vous décidez",
      login: (time: string) =>
        `Lisible pendant ${time}, ou jusqu’à ce que vous mettiez fin à la connexion sous « Vos appareils ».`,
      offline_access: (time: string) =>
        `Vous restez connecté ${time} au plus sans qu’on vous le redemande, ou jusqu’à ce que vous mettiez fin à la connexion sous « Vos appareils ».`,
      sso: (time: string) =>
        `Si « Rester connecté » est coché sur cet écran, son navigateur peut aussi vous connecter à d’autres sites ici pendant ${time} au plus, sans votre téléphone.`,
    },
    consentToPhone: {
      heading: "Ce que ce téléphone reçoit",
      items: [
        "Votre compte : il peut approuver des connexions en votre nom",
        "Votre nom, vos appareils et votre historique",
      ],
      terms: "Il reste connecté jusqu’à ce que vous le déconnectiez sous « Vos téléphones ».",
    },
    verdict: {
      verify: "Regardez bien : ce n’est peut-être pas votre écran",
      block: "Cette connexion ne peut pas être approuvée",
    },
    blocked:
      "Elle semble être celle de quelqu’un d’autre, et ne peut donc être que refusée. Si c’est la vôtre, recommencez sur l’appareil qui est devant vous.",
  },
  reasons: {
    same_network: "L’écran est sur le même réseau que votre téléphone.",
    same_city: "L’écran est dans la même ville que votre téléphone.",
    distance: (distance: string) => `L’écran est à environ ${distance} de vous.`,
    far_apart: (distance: string) => `L’écran est à ${distance} de vous.`,
    another_country: (screen: string, phone: string) =>
      `L’écran est dans un autre pays (${screen}). Votre téléphone est ici : ${phone}.`,
    far_abroad: (distance: string, screen: string, phone: string) =>
      `L’écran est à ${distance} de vous, dans un autre pays (${screen}). Votre téléphone est ici : ${phone}.`,
    hosting_network: (network?: string) =>
      network === undefined
        ? "L’écran passe par un centre de données ou un VPN, et non par un domicile ou un bureau."
        : `L’écran passe par un centre de données ou un VPN (${network}), et non par un domicile ou un bureau.`,
    anonymous_network: "L’écran cache où il se trouve, derrière un réseau d’anonymisation.",
    place_hidden: "Un seul des deux appareils indique où il se trouve.",
    place_unknown: "On ne sait pas où se trouvent les deux appareils.",
    new_device: "Vous ne vous êtes encore jamais connecté sur un appareil comme celui-ci.",
    first_login: "C’est votre première connexion sur un autre écran.",
    many_tries: (count: number) =>
      count === 1
        ? "Un code faux a été essayé pour cette connexion."
        : `${count} codes faux ont été essayés pour cette connexion.`,
    code_repeated: "Quelqu’un d’autre a aussi scanné le code.",
    foreign_network:
      "Ce site n’accepte que les connexions venant de réseaux qu’il connaît, et celui-ci n’en est pas un.",
    unheard_of: "Quelque chose dans cette connexion est inhabituel.",
  },
  map: {
    screen: "Écran",
    phone: "Votre téléphone",
    text: (screen: string, phone: string) =>
      `Carte de deux lieux : l’écran (${screen}) et votre téléphone (${phone}).`,
    unnamed: "un lieu sans nom",
  },
  match: {
    digits: {
      go: "Saisir les chiffres",
      label: "Les deux chiffres affichés à l’écran",
      hint: "Lisez-les sur l’écran qui est devant vous. Ne les prenez jamais d’un appel ou d’un message.",
    },
    code: {
      go: "Voir le code",
      label: "Saisissez ceci sur l’écran",
      hint: "Seulement sur l’écran qui est devant vous. Ne donnez ce code à personne.",
      done: "Le code a été saisi sur l’écran. À vous de décider.",
    },
  },
  sameDevice: {
    heading: "Ce code est le vôtre",
    text: "C’est ce navigateur qui l’affiche, il n’y a donc rien à scanner : le code est destiné à un autre téléphone. Mais vous pouvez vous connecter ici même.",
    logIn: "Se connecter ici avec votre clé d’accès",
  },
  ends: {
    approved: ["C’est fait", "Vous êtes connecté sur l’autre écran."],
    phoneAdded: ["Votre autre téléphone est ajouté", "Il crée maintenant sa propre clé d’accès."],
    approvedHere: ["C’est fait", "Vous êtes connecté, dans l’onglet qui affichait le code."],
    matchWrong: [
      "Ce ne sont pas les bons chiffres",
      "Par sécurité, cette connexion a été interrompue, et personne n’a été connecté. Demandez un nouveau code sur l’écran qui est devant vous, et saisissez ce qu’il affiche.",
    ],
    matchWrongThere: [
      "Un code faux a été saisi",
      "Par sécurité, cette connexion a été interrompue, et personne n’a été connecté. Demandez un nouveau code sur l’écran qui est devant vous, puis réessayez.",
    ],
    repeated: [
      "Quelqu’un d’autre a scanné ce code",
      "Par sécurité, cette connexion a été interrompue, et personne n’a été connecté. Demandez un nouveau code à l’écran.",
    ],
    blocked: [
      "Cette connexion a été refusée",
      "Elle semble être celle de quelqu’un d’autre. Ne scannez un code que sur un site que vous avez ouvert vous-même.",
    ],
    denied: [
      "Refusé",
      "Personne n’a été connecté. Si vous n’aviez rien demandé, vous avez bien fait.",
    ],
    notScanned: [
      "Personne n’a été connecté",
      "Vous pouvez fermer cette page. Ne scannez de code que sur un site que vous avez ouvert vous-même.",
    ],
    expired: ["Ce code a expiré", "Demandez-en un nouveau à l’écran, puis scannez-le."],
    cancelled: ["Annulé à l’écran", "Cette connexion n’y est plus souhaitée."],
    used: [
      "Un autre téléphone a été plus rapide",
      "Ce code a déjà été scanné. Si ce n’était pas par vous, demandez-en un nouveau à l’écran.",
    ],
    ownCode: [
      "C’est votre propre code",
      "Ce navigateur l’affiche lui-même : il est fait pour un autre téléphone. Demandez-en un nouveau là-bas, et scannez-le avec le téléphone que vous tenez.",
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
