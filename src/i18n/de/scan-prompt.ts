import type { SCAN_PROMPT as English } from "../en/scan-prompt.ts";

/** The first texts of the login page, which the server renders too. */
export const SCAN_PROMPT = {
  title: (client?: string) => (client ? `Anmelden bei ${client}` : "Anmelden"),
  heading: (client?: string) =>
    client ? `Mit dem Handy bei ${client} anmelden` : "Mit dem Handy anmelden",
  qr: "QR-Code: Scanne ihn mit dem Handy, um dich anzumelden",
  backTo: (client: string) => `Zurück zu ${client}`,
} satisfies typeof English;
