import type { Claim, ClaimName } from "../claim.ts";
import type * as English from "../en/compare.ts";

/** The page /compare. */

export const COMPARE = {
  noscript:
    "Cette page montre ce qui se passe au moment où cela se passe, et a besoin de JavaScript.",
  description:
    "WebSocket, événements envoyés par le serveur, interrogation et rappel côte à côte : qui l’apprend en premier, et à quel prix.",
  title: "Quatre écrans, une approbation",
  heading: "Quatre écrans, une approbation",
  lead: "Une page qui attend votre téléphone doit apprendre que vous avez dit oui. Il y a quatre façons habituelles de le faire. Ici, les quatre attendent la même connexion : voyez qui l’apprend en premier, et à quel prix.",
  steps: {
    scan: "Scannez le code avec votre téléphone.",
    noPhone: [
      "Pas de téléphone sous la main ? ",
      "Ouvrez la page du téléphone dans une autre fenêtre",
      ", puis saisissez :",
    ],
    approve: "Approuvez-y.",
    look: "Voyez ci-dessous qui l’a su, et quand.",
  },
  qr: "Code QR : scannez-le avec votre téléphone, et les quatre écrans l’apprendront",
  announcement: "Un code est affiché, et quatre écrans l’attendent.",
  starting: "Préparation d’un code…",
  cutAll: "Couper les quatre",
  restart: "Attendre encore, avec un nouveau code",
  scanned: [
    "Regardez votre téléphone",
    "Le code a été scanné. Approuvez-y, et observez les quatre.",
  ],
  ended: {
    approved: [
      "Approuvé",
      "Personne n’est connecté pour autant : cette page ne fait que regarder, et n’en a rien fait.",
    ],
    redeemed: [
      "Approuvé",
      "Personne n’est connecté pour autant : cette page ne fait que regarder, et n’en a rien fait.",
    ],
    denied: ["Refusé", "Cela aussi, les quatre l’ont appris."],
    expired: [
      "Ce code a expiré",
      "Pour votre sécurité, les codes ne sont valables que peu de temps.",
    ],
    cancelled: ["Annulé", "Cette connexion n’est plus souhaitée."],
  },
  over: ["L’attente est terminée", "On n’a pas vu comment. Un nouveau code en commence une autre."],
  lanes: "Les quatre écrans",
  log: (name: string) => `Ce qui est passé sur la ligne : ${name}`,
  cut: "Couper",
  cutOne: (name: string) => `Couper : ${name}`,
  first: "Premier",
  later: (time: string) => `+${time}`,
  waiting: "En attente",
  scannedShort: "Scanné",
  never: "Pas informé",
  facts: {
    connection: "Connexion",
    requests: "Requêtes",
    payload: "Données utiles",
    reconnected: "Reconnecté",
    called: "Son site le savait",
  },
  connection: {
    connecting: "en cours…",
    reconnecting: "en cours de rétablissement…",
    over: "terminée",
    failed: "refusée",
  },
  reconnected: (times: number) =>
    times === 0 ? "non" : times === 1 ? "une fois" : `${times} fois`,
  payload: (down: string, up: string) => [`${down} reçus, ${up} envoyés`, `↓ ${down}  ↑ ${up}`],
  called: (ms: number, time: string) => (ms < 0 ? `environ ${time} plus tôt` : `environ +${time}`),
  notYet: "pas encore",
  seconds: (seconds: string) => `${seconds} s`,
  times: (times: number) => `× ${times}`,
  result: (notified: string[], notNotified: string[]) => {
    const order = `Dans cet ordre : ${notified.join(", ")}.`;
    return notNotified.length === 0
      ? `Les quatre le savent. ${order}`
      : `${order} Non informés : ${notNotified.join(", ")}.`;
  },
} satisfies typeof English.COMPARE;

export const WAY = {
  websocket: {
    name: "WebSocket",
    text: "Une connexion qui reste ouverte, dans les deux sens. Le serveur parle dès qu’il sait.",
    connected: "ouverte",
  },
  sse: {
    name: "Événements envoyés par le serveur",
    text: "Une réponse qui ne finit jamais. Le serveur la complète dès qu’il sait.",
    connected: "ouverte",
  },
  poll: {
    name: "Interrogation",
    text: "« Et maintenant ? », toutes les deux secondes. Le serveur ne peut jamais que répondre.",
    connected: "interroge",
  },
  callback: {
    name: "Rappel",
    text: "Le serveur appelle le serveur du site. Le navigateur n’en entend rien, et interroge son site chaque seconde.",
    connected: "interroge",
  },
} satisfies typeof English.WAY;

export const LOG = {
  up: "depuis la page : ",
  down: "vers la page : ",
  staysOpen: "reste ouverte",
  closed: "fermée",
  cut: "coupée ici",
  nothingToCut: "rien à couper : entre deux requêtes, il n’y a pas de connexion",
  noAnswer: "pas de réponse",
  called: (bytes: number) =>
    `Le serveur de connexion a appelé le serveur du site : une requête, ${bytes} o`,
} satisfies typeof English.LOG;

/** Units that are words. */
export const UNIT = {
  calls: "appels",
  requests: "requêtes",
  bytes: "octets",
} satisfies typeof English.UNIT;

/** The subjects of the measurements. */
export const SUBJECT = {
  websocket: "WebSocket",
  sse: "événements envoyés par le serveur",
  "long-poll": "attente longue",
  "poll-2s": "interrogation toutes les 2 s",
  "poll-5s": "interrogation toutes les 5 s",
  callback: "rappel",
  "node-ws": "Node seul, WebSocket",
  "node-sse": "Node seul, événements envoyés par le serveur",
  "oidc-provider": "oidc-provider",
  "better-auth": "better-auth",
  "sse-in-object": "événements envoyés par le serveur, tenus dans l’objet",
} satisfies typeof English.SUBJECT;

const ROWS: Record<ClaimName, Claim> = {
  bothWays: {
    claim: "Les WebSockets vont dans les deux sens.",
    answer:
      "C’est vrai : une page peut aussi annuler sa connexion par la même voie. Pour apprendre une approbation, un seul sens suffit.",
    labels: ["Octets sur la ligne pour une connexion, en-têtes compris"],
  },
  instant: {
    claim: "Les WebSockets sont instantanés.",
    answer:
      "Rien n’est plus rapide. Mais les événements envoyés par le serveur arrivent par la même impulsion : comparez les deux.",
    labels: ["De l’envoi de l’approbation jusqu’à ce que l’écran le sache"],
  },
  upkeep: {
    claim: "Les WebSockets demandent plus d’exploitation.",
    answer:
      "Les serveurs mandataires en chemin doivent les laisser passer, les navigateurs n’y joignent aucun en-tête, et rien ne se reconnecte tout seul. Ce qu’un serveur paie pour eux, c’est ce qu’il garde en mémoire ; ici, l’objet derrière un code dort pendant que son écran attend.",
    labels: ["Mémoire par écran qui attend", "Combien de fois son objet a été réveillé"],
  },
  simple: {
    claim: "Les événements envoyés par le serveur sont simples, et à sens unique.",
    answer:
      "Une simple requête dont la réponse continue. Tenus dans l’objet lui-même, ils l’empêcheraient de dormir ; c’est donc le Worker qui les tient ici.",
    labels: ["Requêtes pour une connexion"],
  },
  reconnecting: {
    claim: "Les événements envoyés par le serveur se reconnectent tout seuls.",
    answer:
      "L’EventSource du navigateur le fait. Il n’envoie pas d’en-têtes ; une page qui doit présenter un jeton lit donc le flux elle-même, et doit alors se reconnecter elle-même. Coupez ci-dessus : cette page le fait pour les deux.",
    labels: [],
    instead: "Coupez ci-dessus, et voyez.",
  },
  everywhere: {
    claim: "L’interrogation fonctionne partout.",
    answer:
      "C’est vrai, et elle arrive en moyenne avec la moitié de son intervalle de retard. L’attente longue, où le serveur garde chaque question jusqu’à ce qu’il y ait du nouveau, fonctionne partout aussi, et n’est pas en retard.",
    labels: ["De l’envoi de l’approbation jusqu’à ce que l’écran le sache"],
  },
  realTime: {
    claim: "Les rappels ne sont pas en temps réel.",
    answer:
      "Le serveur du site est appelé aussitôt. C’est le navigateur qui l’apprend tard, puisqu’il doit encore interroger son site. Les rappels sont pour les serveurs qui doivent savoir, qu’une page soit ouverte ou non.",
    labels: ["De l’envoi de l’approbation jusqu’à ce que le serveur du site le sache"],
  },
  exposed: {
    claim: "Les rappels ont besoin d’un point d’accès exposé.",
    answer:
      "Un point où n’importe qui peut envoyer. Chaque appel est donc un jeton signé que son destinataire vérifie, porte un nom auquel on reconnaît les répétitions, et est renvoyé jusqu’à ce qu’il soit accepté.",
    labels: [],
    instead: "Voyez ci-dessus ce qu’est un appel.",
  },
  expiring: {
    claim: "Un code QR doit expirer.",
    answer:
      "Un code affiché longtemps peut être photographié et transmis ; celui-ci change donc toutes les cinq secondes. Et chaque écran qui attend est une connexion que quelqu’un paie ; il ne vit donc que deux minutes.",
    labels: [
      "Ce que coûte un million de connexions en périphérie, avec deux codes abandonnés à côté de chacune",
    ],
  },
};

export const CLAIMS = {
  heading: "Ce qu’on dit, et ce qui a été mesuré",
  text: "Les chiffres viennent d’une seule commande, npm run bench, qui exécute chaque façon, et ce qu’on utilise aujourd’hui, côte à côte sur une même machine. Là où les temps diffèrent, c’est celui du milieu qui est donné.",
  columns: ["On dit que", "Ce qu’il en est", "Mesuré"],
  missing: "Pas encore mesuré : npm run bench s’en charge.",
  rows: ROWS,
} satisfies typeof English.CLAIMS;

export const COUNTING = {
  heading: "Comment on compte ici",
  notes: [
    "Les temps sont comptés à partir du moment où le premier des quatre l’a su, d’après l’horloge de ce navigateur. Le tableau dit combien de temps après l’approbation cela se passe : seul le téléphone sait quand elle a été envoyée.",
    "Chaque écran a sa propre connexion, et compte jusqu’à ce qu’il sache. Les octets sont les données utiles, telles qu’une page peut les voir : les contenus, décompressés, et les messages WebSocket. Les en-têtes s’y ajoutent, et une page ne peut pas les voir : chaque requête en a quelques centaines d’octets dans chaque sens ; interroger souvent coûte donc en général plus que ne le disent les données utiles.",
    "Le moment où le site du rappel l’a su est donné par l’horloge de ce site, comparée à celle d’ici, et juste à un demi-aller-retour près. Ce que les deux serveurs s’envoient n’est pas compté pour la page.",
    "L’interrogation est ici la plus simple. Là où les autres façons ne passent pas, notre propre client utilise l’attente longue : le serveur garde chaque question jusqu’à 25 secondes.",
    "Une page ne peut pas débrancher une prise : couper ferme la connexion, sans attendre d’adieu. Elle est rétablie selon les règles qui valent sur toutes nos pages : après une demi-seconde au plus, et après une pause plus longue chaque fois qu’elle se rompt bientôt de nouveau.",
  ],
  back: "La page de connexion",
} satisfies typeof English.COUNTING;
