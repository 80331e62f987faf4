/** Pages of the server without a script. */
export const SERVER = {
  tooManyLogins: {
    title: "Too many logins at once",
    text: "Wait a minute, and load this page again.",
  },
  unavailable: {
    title: "This did not work just now",
    text: "Load this page again in a moment.",
  },
  tooManyRequests: {
    title: "Too many requests at once",
    text: "Wait a minute, and load this page again.",
  },
  misconfigured: {
    title: "This site isn’t set up correctly",
    text: "Whoever runs it finds the reason in its log.",
  },
  loginCannotBegin: {
    title: "This login can’t begin",
    text: "The site that sent you here asked for it in a way that can’t be answered. Go back there, and try again.",
  },
  notLoggedIn: {
    title: "You are not logged in here",
    text: "This browser has no session with us that could be ended. Log out at the site itself.",
  },
  loggedOut: {
    title: "You are logged out",
    text: "That login has ended, and so has everything that it gave access to. The session on your phone stays.",
  },
  browserLoggedOut: {
    title: "You are logged out of this browser",
    text: "Every login of this browser has ended, and the sites know. The session on your phone stays.",
  },
  nobodyLoggedOut: {
    title: "Nobody was logged out",
    text: "The site that sent you here asked for it in a way that can’t be answered.",
  },
};
