import type { ACCOUNT as English } from "../en/account.ts";

const site = (client: string | undefined) => client ?? "un site";
const on = (device: string | undefined) => (device === undefined ? "" : ` sur ${device}`);
const which = (device: string | undefined) => (device === undefined ? "" : ` : ${device}`);
const called = (name: string | undefined) => (name === undefined ? "" : ` « ${name} »`);
const why = (reason: string | undefined) => (reason === undefined ? "" : ` : ${reason}`);

/** The account pages: devices, phones, passkeys and history. */
export const ACCOUNT = {
  navigation: {
    label: "Compte",
    home: "Connecter",
    devices: "Appareils",
    passkeys: "Clés",
    history: "Historique",
  },
  signInTexts: {
    devices: "Identifiez-vous pour voir où vous êtes connecté.",
    passkeys: "Identifiez-vous pour voir vos clés d’accès.",
    history: "Identifiez-vous pour voir ce qui s’est passé dans votre compte.",
  },
  device: (browser: string, system: string) => `${browser} sur ${system}`,
  unknownDevice: "Un appareil inconnu",
  notices: {
    anotherAccount:
      "Cette clé d’accès appartient à un autre compte, que vous voyez maintenant. Rien n’a été fait.",
    passkeyHere: "Cet appareil a déjà une clé d’accès pour ce compte.",
    tooManyPasskeys:
      "Un compte ne peut pas avoir plus de clés d’accès. Retirez-en une que vous n’utilisez pas.",
    lastPasskey: "Sans cette clé d’accès, vous ne pourriez plus vous connecter, elle reste donc.",
    recoveryCodeInvalid:
      "Ce code n’est pas valable. Vérifiez chaque lettre : un code plus récent l’a peut-être remplacé.",
    phoneUnconfirmed:
      "Ce téléphone est nouveau ici, ce ne sera donc possible que demain. Prenez un téléphone qui était déjà identifié.",
    goneAlready: "Cela n’existait déjà plus.",
  },

  devices: {
    heading: "Vos appareils",
    text: "Chaque écran connecté par votre compte.",
    list: "Connectés",
    empty: [
      "Rien n’est connecté",
      "Dès que vous vous connecterez sur un autre écran, vous le trouverez ici, et pourrez le déconnecter d’ici.",
    ],
    began: (ago: string) => `Connecté ${ago}.`,
    lastSeen: (ago: string) => `Vu pour la dernière fois ${ago}.`,
    endedBy: {
      client: (ago: string, client: string) =>
        `Il a été déconnecté ${ago}, sur l’appareil ou par ${client}.`,
      server: (ago: string) => `Il a été déconnecté ${ago}.`,
    },
    loggedOut: "Déconnecté",
    justNow: "C’était à l’instant",
    unconfirmed: "Non confirmé",
    wasThatYou: "Était-ce vous ?",
    thatWasMe: "C’était moi",
    notMe: "Ce n’était pas moi",
    end: "Déconnecter",
    named: (action: string, device: string, client: string) => `${action} : ${device}, ${client}`,
    confirmed: (device: string) => `Bien : ${device} est confirmé.`,
    ended: (device: string) => `${device} est déconnecté.`,
    browser: {
      stays: (time: string) => `Reste connecté ${time}, et plus longtemps s’il est utilisé.`,
      sites: "Connecté à :",
      noSites: "Connecté à aucun site.",
      end: "Déconnecter ce navigateur",
      named: (action: string, device: string) => `${action} : ${device}`,
      ended: (device: string) => `${device} est déconnecté, ainsi que tous ses sites.`,
    },
    attack: {
      heading: "Cette connexion est fermée",
      ended: (device: string, client: string) =>
        `${device} est déconnecté de ${client}, et plus rien de ce qui lui a été donné n’est valable.`,
      advice: "Par sécurité, faites aussi ceci :",
      elsewhere: "Déconnectez tout autre appareil que vous ne connaissez pas.",
      passkeys: "Vérifiez que chaque clé d’accès est à vous",
      history: "Voyez ce qui s’est passé d’autre",
      back: "Retour à vos appareils",
    },
    endAll: {
      open: "Tout déconnecter",
      heading: "Se déconnecter partout ?",
      text: (count: number) =>
        count === 1
          ? "Le seul appareil connecté est déconnecté aussitôt. Ce téléphone reste identifié."
          : `Les ${count} appareils sont déconnectés aussitôt. Ce téléphone reste identifié.`,
      keep: "Les garder",
      confirm: "Tout déconnecter",
      done: "Tous les appareils sont déconnectés.",
    },
  },

  phones: {
    heading: "Vos téléphones",
    text: "Chaque téléphone qui est identifié ici et peut approuver des connexions.",
    unknown: "Un téléphone inconnu",
    current: "Ce téléphone",
    unconfirmed: "Nouveau",
    unconfirmedHint:
      "Le premier jour, un nouveau téléphone ne peut ni supprimer des clés d’accès ni effacer le compte. S’il ne vous dit rien, déconnectez-le : ce qu’il a ajouté part avec lui.",
    by: {
      passkey: "Identifié par une clé d’accès.",
      another_phone: "Ajouté par un autre téléphone.",
      recovery_code: "Identifié par le code de secours.",
    },
    since: (ago: string) => `C’était ${ago}.`,
    end: "Déconnecter",
    named: (action: string, phone: string) => `${action} : ${phone}`,
    ended: (phone: string) => `${phone} est déconnecté.`,
    endOthers: {
      open: "Déconnecter tous les autres",
      heading: "Déconnecter tous les autres ?",
      text: "Tous les téléphones sauf celui-ci sont déconnectés aussitôt. Avec une clé d’accès, on peut s’identifier à nouveau.",
      keep: "Les garder",
      confirm: "Les déconnecter",
      done: "Tous les autres téléphones sont déconnectés.",
    },
  },

  passkeys: {
    heading: "Vos clés d’accès",
    text: "Chacune vous identifie, sans mot de passe.",
    list: "Clés d’accès",
    current: "Ce téléphone",
    synced: "Synchronisée : sur chaque appareil du même gestionnaire de mots de passe.",
    single: "Seulement sur l’appareil qui l’a créée.",
    added: (day: string) => `Ajoutée ${day}.`,
    used: (ago: string) => `Utilisée pour la dernière fois ${ago}.`,
    neverUsed: "Pas encore utilisée.",
    rename: "Renommer",
    remove: "Retirer",
    named: (action: string, passkey: string) => `${action} : ${passkey}`,
    name: "Nom de la clé d’accès",
    save: "Enregistrer",
    renamed: (name: string) => `Elle s’appelle maintenant ${name}.`,
    removed: (name: string) => `${name} est retirée.`,
    last: "Sans elle, vous ne pourriez plus vous connecter. Ajoutez-en une autre avant de la retirer.",
    unconfirmedHint:
      "Un nouveau téléphone a ajouté une de ces clés d’accès. Si elle ne vous dit rien, retirez-la : tout ce que ce téléphone a ajouté part avec elle.",
    add: {
      open: "Ajouter une clé d’accès",
      heading: "Ajouter une clé d’accès",
      text: "Sur ce téléphone, ou sur une clé de sécurité que vous approchez de lui.",
      submit: "Créer la clé d’accès",
      done: (name: string) => `${name} est ajoutée.`,
    },
    confirmRemoval: {
      heading: (name: string) => `Retirer ${name} ?`,
      text: "Elle ne vous identifiera plus, et chaque téléphone qu’elle a identifié sera déconnecté. Supprimez-la aussi du téléphone ou de la clé de sécurité qui la garde.",
      textCurrent:
        "C’est elle qui a identifié ce téléphone, qui sera donc déconnecté. Ayez une autre clé d’accès sous la main avant de continuer.",
      keep: "La garder",
      confirm: "La retirer",
    },
    anotherPhone: {
      heading: "Un autre téléphone",
      text: "Identifiez-vous sur un nouveau téléphone, avec un code que celui-ci scanne.",
      open: "Ajouter un autre téléphone",
    },
    recovery: {
      heading: "Code de secours",
      none: "Si toutes vos clés d’accès sont perdues, seul un code de secours vous laisse entrer. Vous n’en avez pas encore.",
      made: (day: string, ago: string) => `Créé le ${day} (${ago}). Il sert une seule fois.`,
      make: "Créer un code de secours",
      renew: "En créer un nouveau",
      renewHint: "Le précédent ne sera plus valable.",
    },
  },

  recoveryCode: {
    heading: "Votre code de secours",
    text: "Notez-le, et gardez-le là où personne d’autre ne regarde. Il n’est affiché que maintenant, et vous identifie une seule fois.",
    label: "Code de secours",
    copy: "Copier",
    copied: "Copié. Gardez-le dans un gestionnaire de mots de passe plutôt que dans une note.",
    notCopied: "Ce navigateur ne laisse pas les pages copier. Sélectionnez plutôt le code.",
    done: "Je l’ai noté",
  },

  addPhone: {
    heading: "Ajouter un autre téléphone",
    text: "Il reçoit sa propre clé d’accès. Ayez les deux téléphones en main.",
    steps: (address: string) => [
      `Sur le nouveau téléphone, ouvrez ${address}.`,
      "Touchez « Utiliser mon autre téléphone ». Il affiche un code.",
      "Scannez ce code avec ce téléphone-ci, puis approuvez.",
    ],
    scan: "Scanner le code",
    back: "Retour",
  },

  newPhone: {
    open: "Utiliser mon autre téléphone",
    heading: "Scannez ceci avec votre autre téléphone",
    text: (address: string) =>
      `Là où vous êtes identifié, ouvrez ${address}, touchez « Scanner le code », et tenez ce téléphone-là au-dessus de celui-ci.`,
    starting: "Préparation d’un code…",
    qr: "Code QR : scannez-le avec le téléphone où vous êtes identifié",
    type: "Pas d’appareil photo ? Saisir un code",
    typed: "Saisissez là-bas :",
    noTyped: "Aucun code à saisir n’est arrivé. Réessayez dans un instant.",
    expires: (time: string) => `Encore valable ${time}`,
    announcement: "Un code est affiché. Scannez-le avec le téléphone où vous êtes identifié.",
    scanned: {
      heading: "Regardez votre autre téléphone",
      text: "Continuez là-bas, puis approuvez.",
    },
    digits: {
      heading: "Saisissez ces chiffres sur votre autre téléphone",
      text: "Seulement si vous le tenez vous-même. Ne les dites à personne.",
    },
    linking: "Identification en cours…",
    ends: {
      denied: ["Refusé", "Ce téléphone n’a pas été ajouté."],
      expired: ["Ce code a expiré", "Recommencez avec un nouveau."],
      cancelled: ["Annulé", "Ce téléphone n’a pas été ajouté."],
      failed: [
        "Cela n’a pas marché",
        "Ce téléphone n’a pas été ajouté. Recommencez avec un nouveau code.",
      ],
    },
    again: "Afficher un nouveau code",
    back: "Retour",
  },

  approvePhone: {
    heading: () => "Ajouter ce téléphone à votre compte ?",
    warning:
      "La personne qui tient ce téléphone pourra alors faire tout ce que vous pouvez faire : se connecter, et vous exclure.",
    warningDetail:
      "N’approuvez que s’il est à vous, dans votre main, et affiche le code en ce moment même. Aucune personne qui vous appelle ou vous écrit n’en a besoin.",
  },

  newPasskey: {
    recovered: {
      heading: "Vous y êtes. Créez maintenant une clé d’accès",
      text: "Le code de secours est utilisé. Sans nouvelle clé d’accès, vous ne pourrez plus vous identifier.",
    },
    linked: {
      heading: "Ce téléphone est ajouté. Créez maintenant une clé d’accès",
      text: "Avec elle, ce téléphone vous identifiera désormais de lui-même.",
    },
    submit: "Créer une clé d’accès",
    later: "Plus tard",
  },

  recover: {
    open: "J’ai perdu ma clé d’accès",
    heading: "Utilisez votre code de secours",
    text: "Celui que vous avez noté. Il sert une seule fois, et vous identifie sur ce téléphone.",
    label: "Code de secours",
    submit: "S’identifier",
    back: "Retour",
    malformed: "Saisissez le code entier, avec ou sans les tirets.",
  },

  history: {
    heading: "Historique",
    text: "Ce qui s’est passé dans votre compte.",
    today: "Aujourd’hui",
    yesterday: "Hier",
    empty: [
      "Il ne s’est encore rien passé",
      "Les connexions, les clés d’accès et les changements seront listés ici.",
    ],
    events: {
      account_created: () => "Vous avez créé ce compte.",
      phone_signed_in: ({ device }) => `Un téléphone s’est identifié${which(device)}.`,
      login: ({ client, device }) => `Vous vous êtes connecté à ${site(client)}${on(device)}.`,
      login_declined: ({ client, device }) =>
        `Vous avez refusé une connexion à ${site(client)}${on(device)}.`,
      login_refused: ({ client, device, reason }) =>
        `Une connexion à ${site(client)}${on(device)} a été rejetée${why(reason)}.`,
      match_wrong: ({ client, device }) =>
        `Une connexion à ${site(client)}${on(device)} a été interrompue : ce qui a été saisi n’était pas ce qu’affichait l’autre appareil.`,
      device_confirmed: ({ client, device }) =>
        `Vous avez confirmé la connexion à ${site(client)}${on(device)}.`,
      phone_signed_out: ({ device }) => `Un téléphone a été déconnecté${which(device)}.`,
      device_ended: ({ client, device }) =>
        `La connexion à ${site(client)}${on(device)} a été fermée.`,
      device_not_me: ({ client, device }) =>
        `Vous avez dit que la connexion à ${site(client)}${on(device)} n’était pas la vôtre. Elle a été fermée.`,
      passkey_added: ({ name }) => `La clé d’accès${called(name)} a été ajoutée.`,
      passkey_renamed: ({ name }) =>
        name === undefined
          ? "Une clé d’accès a été renommée."
          : `Une clé d’accès s’appelle maintenant « ${name} ».`,
      passkey_removed: ({ name }) => `La clé d’accès${called(name)} a été retirée.`,
      recovery_code_made: () => "Un code de secours a été créé.",
      recovery_code_used: () => "Le code de secours a servi à s’identifier.",
      phone_linked: ({ device }) => `Un autre téléphone a été ajouté${which(device)}.`,
      code_repeated: ({ client }) =>
        `Un code pour ${site(client)} que vous aviez scanné a été scanné de nouveau, par quelqu’un.`,
      notices_on: () => "Les notifications sur un téléphone ont été activées.",
      notices_off: () => "Les notifications sur un téléphone ont été désactivées.",
      attack: ({ reason }) =>
        `Quelque chose a été tenté que seul un attaquant tente${why(reason)}.`,
    },
    anotherPhone: "un autre téléphone",
    other: (type: string) => `Il s’est passé quelque chose : ${type}.`,
    reasons: {
      far_apart: "l’écran était loin du téléphone",
      another_country: "l’écran était dans un autre pays",
      hosting_network: "l’écran était dans un centre de données",
      anonymous_network: "l’écran se cachait derrière un réseau anonyme",
      place_hidden: "l’écran ou le téléphone cachait son lieu",
      foreign_network: "l’écran était sur un réseau qui n’est pas autorisé",
      many_tries: "de nombreux codes faux ont été essayés",
      code_repeated: "son code a été scanné plus d’une fois",
      approver_signed_out: "le téléphone qui l’avait approuvée a été déconnecté",
    },
    attacks: {
      recovery_code_guessed:
        "quelqu’un a essayé de deviner le code de secours, qui n’est plus valable",
      refresh_token_reused:
        "ce par quoi un appareil reste connecté a été utilisé deux fois, il a donc été déconnecté",
      code_reused:
        "le code d’une connexion a été utilisé deux fois, cette connexion a donc été fermée",
    },
    yours: {
      heading: "Vos données",
      text: "Tout cela est à vous, et vous pouvez l’emporter.",
      json: "Télécharger en JSON",
      csv: "Télécharger en CSV",
      file: (extension: string) => `historique.${extension}`,
    },
  },

  deletion: {
    open: "Supprimer le compte",
    heading: "Supprimer votre compte ?",
    text: "Rien n’en est gardé. Ce qui disparaît :",
    consequences: [
      "chaque connexion : tous vos appareils sont déconnectés, et les sites en sont avertis",
      "vos clés d’accès ici, et le code de secours",
      "votre nom, et tout l’historique",
    ],
    keep: "Garder mon compte",
    next: "Supprimer mon compte",
    sure: {
      heading: "Vraiment le supprimer ?",
      text: "Personne ne peut revenir en arrière, nous non plus. Les sites qui vous connaissent par ce compte ne vous connaîtront plus.",
      confirm: "Supprimer définitivement",
    },
    goodbye: [
      "Votre compte n’existe plus",
      "Il n’en reste rien ici. Vous pouvez maintenant supprimer ses clés d’accès du gestionnaire de mots de passe de votre téléphone.",
    ],
    restart: "Créer un nouveau compte",
  },
} satisfies typeof English;
