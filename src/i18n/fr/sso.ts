import type { SSO as English } from "../en/sso.ts";

/** Pages of single sign-on, without a script. */
export const SSO = {
  choose: {
    title: (client: string) => `Se connecter à ${client}`,
    text: (client: string) =>
      `Vous êtes connecté dans ce navigateur : pas besoin de votre téléphone. Ce que ${client} reçoit :`,
    continueAs: (name?: string) => (name === undefined ? "Continuer" : `Continuer avec ${name}`),
    other: "Utiliser un autre compte",
    back: (client: string) => `Retour à ${client}`,
  },
  claims: {
    sub: "Un identifiant pour vous",
    name: (name: string) => `Votre nom : ${name}`,
    email: (email: string) => `Votre adresse e-mail : ${email}`,
  },
  staysLoggedIn: (time: string) => `Un accès pendant ${time} au plus, sans vous le redemander`,
  logOut: {
    title: "Se déconnecter de ce navigateur ?",
    text: "Vous serez aussi déconnecté de ces sites :",
    nothing: "Ce navigateur ne sera plus connecté ici.",
    confirm: "Se déconnecter",
  },
} satisfies typeof English;
