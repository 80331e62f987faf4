/** Pages of single sign-on, without a script. */
export const SSO = {
  /** The person is logged in on this browser, and may log in to another site without the phone. */
  choose: {
    title: (client: string) => `Log in to ${client}`,
    text: (client: string) =>
      `You are logged in on this browser, so your phone isn’t needed. ${client} receives:`,
    continueAs: (name?: string) => (name === undefined ? "Continue" : `Continue as ${name}`),
    other: "Use another account",
    back: (client: string) => `Back to ${client}`,
  },
  claims: {
    sub: "An identifier for you",
    name: (name: string) => `Your name: ${name}`,
    email: (email: string) => `Your e-mail address: ${email}`,
  },
  staysLoggedIn: (time: string) => `Access for up to ${time}, without asking you again`,
  /** Somebody logs out in this browser. */
  logOut: {
    title: "Log out of this browser?",
    text: "You will be logged out of these sites too:",
    nothing: "This browser will no longer be logged in here.",
    confirm: "Log out",
  },
};
