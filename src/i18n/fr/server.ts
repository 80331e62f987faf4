import type { SERVER as English } from "../en/server.ts";

/** Pages of the server without a script. */
export const SERVER = {
  tooManyLogins: {
    title: "Trop de connexions à la fois",
    text: "Attendez une minute, puis rechargez cette page.",
  },
  unavailable: {
    title: "Cela n’a pas fonctionné",
    text: "Rechargez cette page dans un instant.",
  },
  tooManyRequests: {
    title: "Trop de demandes à la fois",
    text: "Attendez une minute, puis rechargez cette page.",
  },
  misconfigured: {
    title: "Ce site n’est pas configuré correctement",
    text: "La personne qui l’exploite en trouvera la raison dans son journal.",
  },
  loginCannotBegin: {
    title: "Cette connexion ne peut pas commencer",
    text: "Le site d’où vous venez l’a demandée d’une façon à laquelle on ne peut pas répondre. Retournez-y et réessayez.",
  },
  notLoggedIn: {
    title: "Vous n’êtes pas connecté ici",
    text: "Ce navigateur n’a chez nous aucune session à fermer. Déconnectez-vous sur le site lui-même.",
  },
  loggedOut: {
    title: "Vous êtes déconnecté",
    text: "Cette connexion est terminée, avec tout ce à quoi elle donnait accès. La session de votre téléphone reste ouverte.",
  },
  browserLoggedOut: {
    title: "Vous êtes déconnecté de ce navigateur",
    text: "Toutes les connexions de ce navigateur sont terminées, et les sites le savent. La session de votre téléphone reste ouverte.",
  },
  nobodyLoggedOut: {
    title: "Personne n’a été déconnecté",
    text: "Le site d’où vous venez l’a demandé d’une façon à laquelle on ne peut pas répondre.",
  },
} satisfies typeof English;
