/** Push notifications. `about`: the device and its location. */
export const NOTIFICATIONS = {
  device_linked: {
    title: (client: string) => `A screen was logged in to ${client}`,
    text: (about: string) => `${about}. If that wasn’t you, tap here and log it out.`,
    textAlone: "If that wasn’t you, tap here and log it out.",
  },
  login_refused: {
    title: (client: string) => `A login to ${client} was refused`,
    text: (about: string) => `${about}. Never approve what you didn’t begin yourself.`,
    textAlone: "Never approve what you didn’t begin yourself.",
  },
  attack: {
    title: (client: string) => `Somebody may have had your login to ${client}`,
    text: (about: string) => `${about}. It was ended. Tap here to see where you are logged in.`,
    textAlone: "It was ended. Tap here to see where you are logged in.",
  },
  recovery_code_used: {
    title: (site: string) => `Your recovery code for ${site} was used`,
    text: (about: string) => `${about}. If that wasn’t you, tap here and remove what isn’t yours.`,
    textAlone: "If that wasn’t you, tap here and remove what isn’t yours.",
  },
  phone_linked: {
    title: (site: string) => `Another phone was signed in to ${site}`,
    text: (about: string) => `${about}. If that wasn’t you, tap here and remove what isn’t yours.`,
    textAlone: "If that wasn’t you, tap here and remove what isn’t yours.",
  },
  /** A message that this version of the service worker can't read. */
  other: {
    title: (site: string) => `Something happened with your account at ${site}`,
    text: "Tap here to see where you are logged in.",
  },
};

/** The switch that turns push notifications on. */
export const NOTIFICATIONS_SWITCH = {
  label: "Tell me on this phone",
  hint: "When another phone of yours logs a screen in, and when a login was refused.",
  working: "One moment…",
  on: "On",
  off: "Off",
  unsupported:
    "This browser can’t be told. On an iPhone, add this page to the home screen first, and open it there.",
  blocked: "Notifications from this site are blocked. Allow them in the browser’s settings first.",
  failed: "That didn’t work. Please try again.",
  notReachable: "Your browser’s service for notifications can’t be reached. Try again later.",
};
