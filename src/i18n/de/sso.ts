import type { SSO as English } from "../en/sso.ts";

/** Pages of single sign-on, without a script. */
export const SSO = {
  choose: {
    title: (client: string) => `Bei ${client} anmelden`,
    text: (client: string) =>
      `Du bist in diesem Browser angemeldet, also brauchst du dein Handy nicht. Das erhält ${client}:`,
    continueAs: (name?: string) => (name === undefined ? "Weiter" : `Weiter als ${name}`),
    other: "Ein anderes Konto verwenden",
    back: (client: string) => `Zurück zu ${client}`,
  },
  claims: {
    sub: "Eine Kennung für dich",
    name: (name: string) => `Deinen Namen: ${name}`,
    email: (email: string) => `Deine E-Mail-Adresse: ${email}`,
  },
  staysLoggedIn: (time: string) => `Zugriff für bis zu ${time}, ohne dich noch einmal zu fragen`,
  logOut: {
    title: "In diesem Browser abmelden?",
    text: "Du wirst auch hier abgemeldet:",
    nothing: "Dieser Browser ist dann hier nicht mehr angemeldet.",
    confirm: "Abmelden",
  },
} satisfies typeof English;
