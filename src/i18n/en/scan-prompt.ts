/** The first texts of the login page, which the server renders too. */
export const SCAN_PROMPT = {
  title: (client?: string) => (client ? `Log in to ${client}` : "Log in"),
  heading: (client?: string) =>
    client ? `Log in to ${client} with your phone` : "Log in with your phone",
  qr: "QR code: scan it with your phone to log in",
  backTo: (client: string) => `Back to ${client}`,
};
