import type { SCAN_PROMPT as English } from "../en/scan-prompt.ts";

/** The first texts of the login page, which the server renders too. */
export const SCAN_PROMPT = {
  title: (client?: string) => (client ? `Connexion à ${client}` : "Connexion"),
  heading: (client?: string) =>
    client
      ? `Connectez-vous à ${client} avec votre téléphone`
      : "Connectez-vous avec votre téléphone",
  qr: "Code QR : scannez-le avec votre téléphone pour vous connecter",
  backTo: (client: string) => `Retour à ${client}`,
} satisfies typeof English;
