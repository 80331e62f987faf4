import type { TitledText } from "../titled-text.ts";

/** The phone page. */
export const PHONE = {
  noscript: "To scan a code and to approve a login, this page needs JavaScript.",
  app: { name: "QR login", description: "Log in on another screen by scanning its code." },
  loading: "One moment…",
  signedInAs: (name: string) => `Signed in as ${name}`,
  signOut: "Sign out",
  scanAnother: "Scan another code",
  tryAgain: "Try again",
  cancel: "Cancel",
  /** When a button was pressed before it was enabled. */
  tooEarly: "That was too early. Read this first, then press the button again.",
  home: {
    heading: "Log in on another screen",
    text: "Scan the code that it shows, and you are logged in there too.",
    scan: "Scan the code",
    type: "Type the code instead",
  },
  signIn: {
    heading: "Who are you?",
    text: "Sign in once with a passkey, and this phone can log you in on any screen.",
    textAfterScan: (client: string) =>
      `${client} asks for a login. Sign in to see who is asking, and to decide.`,
    /** Why the client requires another sign-in. */
    wanted: {
      again: {
        heading: "Sign in once more",
        text: (client: string) =>
          `${client} wants to be sure that it is you. Sign in again, and then approve.`,
      },
      another: {
        heading: "Another account is asked for",
        text: (client: string) =>
          `${client} asks for somebody else than you are here. Sign in with that account, or go back and decline.`,
      },
    },
    signIn: "Sign in with a passkey",
    create: "Create an account",
    back: "Back",
  },
  create: {
    heading: "Create an account",
    text: "No password: your phone keeps a passkey, which you unlock as you unlock the phone.",
    name: "Your name",
    nameHint: "As it is shown on the screens where you log in.",
    submit: "Create a passkey",
    back: "I have an account",
  },
  camera: {
    heading: "Scan the code",
    text: "Hold the code on the other screen inside the frame.",
    starting: "Starting the camera…",
    type: "Type the code instead",
    notOurs: "That is not a login code.",
    stale: "That code is no longer shown. Scan the one on the screen now.",
  },
  typing: {
    heading: "Type the code",
    text: "It stands beside the QR code: eight letters.",
    prefilled: {
      heading: "Is this the code on your device?",
      text: "Compare it with what your device shows. Go on only if it is the same, and you began this yourself: whoever shows another code may want to log in as you.",
    },
    label: "Code",
    submit: "Continue",
    scan: "Scan instead",
    malformed: "A code has eight letters, like WDJB-MJHT.",
    impossible: (character: string) =>
      `${character} can’t be in a code. A code has eight letters, like WDJB-MJHT.`,
    unknown: "No login is waiting for this code. Check it, or take the newest one.",
  },
  /** Another site opened a link: whether the user scanned the code. */
  confirmLink: {
    heading: "Did you scan this code yourself?",
    text: "Another page or app may have opened this link. Go on only if you have just scanned the code on the screen in front of you. If a site, a message or a call brought you here, somebody may want to log in as you.",
    confirm: "Yes, I scanned it",
    decline: "No",
  },
  request: {
    screen: {
      heading: (client: string) => `Log in to ${client}?`,
      warning: "Approve only if you opened that page yourself, just now.",
      warningDetail:
        "Only scan a code on a site that you opened yourself. If someone sent you a code or a link, or talks you into this, decline.",
    },
    /**
     * RFC 8628 §5.4: an attacker who makes a victim approve the code of the attacker's device gets
     * the victim's login.
     */
    device: {
      heading: (client: string) => `Log a device in to ${client}?`,
      warning:
        "You are logging in a device. Approve only if it is in front of you, and you began this on it, just now.",
      warningDetail: "If someone sent you the code or the link, or talks you into this, decline.",
    },
    browser: "Browser",
    system: "System",
    place: "Place",
    address: "Address",
    network: "Network",
    time: "Asked",
    unknown: "Not known",
    decline: "Decline",
    approve: "Approve",
    expires: (time: string) => `Decide within ${time}`,
    asYou: (name: string) => `You will be logged in there as ${name}.`,
    stepUp: "To approve it, you unlock your passkey once more.",
    /** Instead, if the request of a device is unusual. */
    stepUpForDevice:
      "That device can’t show digits to compare, so to approve it, you unlock your passkey once more.",
    repeated: "This code was scanned again by somebody else. Decline, unless you know who it was.",
    /** What an approval grants, and for how long. The times are formatted. */
    consent: {
      heading: (client: string) => `What ${client} receives`,
      sub: "An identifier for you",
      name: (name?: string) => (name === undefined ? "Your name" : `Your name: ${name}`),
      email: "Your e-mail address",
      none: "Nothing: it only learns what you decide",
      login: (time: string) =>
        `It can read this for ${time}, or until you end the login under “Your devices”.`,
      offline_access: (time: string) =>
        `You stay logged in for up to ${time} without being asked again, or until you end the login under “Your devices”.`,
      sso: (time: string) =>
        `If “Keep me logged in” is chosen on that screen, its browser can also log you in to other sites here for up to ${time}, without your phone.`,
    },
    /** The same for another phone of the user, which is signed in to the account. */
    consentToPhone: {
      heading: "What that phone receives",
      items: [
        "Your account: it can approve logins in your name",
        "Your name, your devices and your history",
      ],
      terms: "It stays signed in until you sign it out under “Your phones”.",
    },
    /**
     * The heading of the reasons. There is none for `allow`: that nothing is unusual doesn't make a
     * login safe.
     */
    verdict: {
      verify: "Look closely: this may not be your screen",
      block: "This login can’t be approved",
    },
    /** Instead of the buttons. */
    blocked:
      "It looks like somebody else’s, so it can only be declined. If it is yours, begin again on the device in front of you.",
  },
  /** The reasons of the risk assessment, by code. Distances and countries are formatted. */
  reasons: {
    same_network: "The screen is in the same network as your phone.",
    same_city: "The screen is in the same city as your phone.",
    distance: (distance: string) => `The screen is about ${distance} from you.`,
    far_apart: (distance: string) => `The screen is ${distance} from you.`,
    another_country: (screen: string, phone: string) =>
      `The screen is in another country (${screen}). Your phone is in ${phone}.`,
    far_abroad: (distance: string, screen: string, phone: string) =>
      `The screen is ${distance} from you, in another country (${screen}). Your phone is in ${phone}.`,
    hosting_network: (network?: string) =>
      network === undefined
        ? "The screen comes from a data centre or a VPN, not from a home or an office."
        : `The screen comes from a data centre or a VPN (${network}), not from a home or an office.`,
    anonymous_network: "The screen hides where it is, behind an anonymising network.",
    place_hidden: "Only one of the two devices tells where it is.",
    place_unknown: "Where the two devices are is not known.",
    new_device: "You have never logged in on a device like this one.",
    first_login: "This is your first login on another screen.",
    many_tries: (count: number) =>
      count === 1
        ? "A wrong code was tried for this login."
        : `${count} wrong codes were tried for this login.`,
    code_repeated: "The code was scanned again by somebody else.",
    foreign_network: "This site takes logins only from networks that it knows, and this is none.",
    unheard_of: "Something about this login is unusual.",
  },
  /** The map of the two locations. */
  map: {
    screen: "Screen",
    phone: "Your phone",
    text: (screen: string, phone: string) =>
      `Map of two places: the screen in ${screen}, your phone in ${phone}.`,
    unnamed: "a place without a name",
  },
  /**
   * Number matching: one device displays what is typed on the other. `go` leads to the element, and
   * stands in place of the approve button.
   */
  match: {
    digits: {
      go: "Type the digits",
      label: "The two digits on the screen",
      hint: "Read them off the screen in front of you. Never take them from a call or a message.",
    },
    code: {
      go: "See the code",
      label: "Type this on the screen",
      hint: "Only on the screen in front of you. Never tell this code to anybody.",
      done: "The code was typed on the screen. Now decide.",
    },
  },
  /** This browser displays the code itself. */
  sameDevice: {
    heading: "That code is your own",
    text: "This is the browser that shows it, so there is nothing to scan: the code is for another phone. But you can log in right here.",
    logIn: "Log in here with your passkey",
  },
  /** The results. */
  ends: {
    approved: ["Done", "You are logged in on the other screen."],
    phoneAdded: ["Your other phone is added", "It makes a passkey of its own now."],
    approvedHere: ["Done", "You are logged in, in the tab that showed the code."],
    matchWrong: [
      "Those aren’t the digits",
      "To be safe, this login has been ended, and nobody was logged in. Take a new code on the screen in front of you, and type what it shows.",
    ],
    matchWrongThere: [
      "A wrong code was typed",
      "To be safe, this login has been ended, and nobody was logged in. Take a new code on the screen in front of you, and try again.",
    ],
    repeated: [
      "Somebody else scanned this code",
      "To be safe, this login has been ended, and nobody was logged in. Ask for a new code on the screen.",
    ],
    blocked: [
      "This login was refused",
      "It looks like somebody else’s. Only scan a code on a site that you opened yourself.",
    ],
    denied: [
      "Declined",
      "Nobody was logged in. If you didn’t ask for it, you did the right thing.",
    ],
    notScanned: [
      "Nobody was logged in",
      "You can close this page. Only scan a code on a site that you opened yourself.",
    ],
    expired: ["That code has expired", "Ask for a new one on the screen, and scan it."],
    cancelled: ["Cancelled on the screen", "That login is no longer wanted there."],
    used: [
      "Another phone was first",
      "That code has been scanned already. If it wasn’t you, ask for a new one on the screen.",
    ],
    ownCode: [
      "That code is your own",
      "This is the browser that shows it: it is for another phone. Ask for a new one there, and scan it with the phone in your hand.",
    ],
    decided: ["Already decided", "That login was approved or declined already."],
    stale: [
      "That code is no longer shown",
      "It changes every few seconds. Scan the one that is on the screen now.",
    ],
    notOurs: ["That is not a login code", "Scan the code that the other screen shows."],
    tooManyTries: ["Too many tries", "Wait a minute, then try again with a new code."],
    noCamera: ["No camera was found", "You can type the code instead."],
    cameraRefused: [
      "The camera is not allowed",
      "Allow it for this site in your browser’s settings, or type the code instead.",
    ],
    cameraBusy: ["The camera is in use", "Close the app that uses it, or type the code instead."],
    offline: ["You are offline", "Connect to the internet, and try again."],
    unreachable: ["The server can’t be reached", "Try again in a moment."],
    noPasskeys: [
      "This browser has no passkeys",
      "Use a current browser, over https, to sign in here.",
    ],
    ownApp: ["Use this site’s app", "Logins here are approved with the site’s own app."],
    misconfigured: [
      "This site isn’t set up correctly",
      "Whoever runs it finds the reason in its log.",
    ],
    other: ["Something went wrong", "That is our fault, not yours. Please try again."],
  } satisfies Record<string, TitledText>,
  /** Error messages after which the user can try again. */
  notices: {
    passkeyCancelled: "The passkey wasn’t used. You can try again.",
    passkeyExists: "This phone has a passkey for this site already. Sign in with it.",
    passkeyUnknown: "This site doesn’t know that passkey. Try another one, or create an account.",
    passkeyFailed: "That passkey didn’t work. Please try again.",
    nameInvalid: "Please use a name of 1 to 80 characters.",
    tooManyRequests: "Too many tries. Wait a minute, then try again.",
    network: "No answer came. Check your connection, and try again.",
    other: "Something went wrong. Please try again.",
  },
};
