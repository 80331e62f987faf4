import type { TitledText } from "../titled-text.ts";

/** What is known of an event of the history. */
interface EventDetails {
  /** The client's name. */
  client: string | undefined;
  /** Browser and system. */
  device: string | undefined;
  /** The passkey's name. */
  name: string | undefined;
  /** Why it happened. */
  reason: string | undefined;
}

const site = (client: string | undefined) => client ?? "a site";
const on = (device: string | undefined) => (device === undefined ? "" : ` on ${device}`);
const which = (device: string | undefined) => (device === undefined ? "" : `: ${device}`);
const called = (name: string | undefined) => (name === undefined ? "" : ` “${name}”`);
const why = (reason: string | undefined) => (reason === undefined ? "" : `: ${reason}`);

/** The account pages: devices, phones, passkeys and history. */
export const ACCOUNT = {
  navigation: {
    label: "Account",
    home: "Log in",
    devices: "Devices",
    passkeys: "Passkeys",
    history: "History",
  },
  signInTexts: {
    devices: "Sign in to see where you are logged in.",
    passkeys: "Sign in to see your passkeys.",
    history: "Sign in to see what happened in your account.",
  },
  /** Browser and system. */
  device: (browser: string, system: string) => `${browser} on ${system}`,
  unknownDevice: "An unknown device",
  notices: {
    anotherAccount: "That passkey is of another account, which you see now. Nothing was done.",
    passkeyHere: "That device has a passkey of this account already.",
    tooManyPasskeys: "An account can’t have more passkeys. Remove one that you don’t use.",
    lastPasskey: "You could not sign in without that passkey, so it stays.",
    recoveryCodeInvalid:
      "That code doesn’t count. Check each letter: a newer code may have replaced this one.",
    phoneUnconfirmed:
      "This phone is new here, so that can’t be done on it until tomorrow. Use a phone that was signed in before.",
    goneAlready: "That was gone already.",
  },

  devices: {
    heading: "Your devices",
    text: "Every screen that is logged in through your account.",
    list: "Logged in",
    empty: [
      "Nothing is logged in",
      "Once you log in on another screen, you find it here, and can end it from here.",
    ] satisfies TitledText,
    began: (ago: string) => `Logged in ${ago}.`,
    lastSeen: (ago: string) => `Last seen ${ago}.`,
    /** How it ended, if not by its owner: by the client, on the device or by the server. */
    endedBy: {
      client: (ago: string, client: string) =>
        `It was logged out ${ago}, on the device or by ${client}.`,
      server: (ago: string) => `It was logged out ${ago}.`,
    },
    loggedOut: "Logged out",
    justNow: "This was just now",
    unconfirmed: "Unconfirmed",
    wasThatYou: "Was that you?",
    thatWasMe: "That was me",
    notMe: "This wasn’t me",
    end: "Log out",
    /** For screen readers, since every device has such a button. */
    named: (action: string, device: string, client: string) => `${action}: ${device}, ${client}`,
    confirmed: (device: string) => `Good: ${device} is confirmed.`,
    ended: (device: string) => `${device} is logged out.`,
    /** A browser that stays logged in, with its sites below it. */
    browser: {
      stays: (time: string) => `Stays logged in for ${time}, and longer if it is used.`,
      sites: "Logged in to:",
      noSites: "Logged in to no site.",
      end: "Log out this browser",
      named: (action: string, device: string) => `${action}: ${device}`,
      ended: (device: string) => `${device} is logged out, and so are all its sites.`,
    },
    attack: {
      heading: "That login is ended",
      ended: (device: string, client: string) =>
        `${device} is logged out of ${client}, and nothing that was given to it works any more.`,
      advice: "To be safe, do this too:",
      elsewhere: "Log out every other device that you don’t know.",
      passkeys: "Check that every passkey is yours",
      history: "See what else happened",
      back: "Back to your devices",
    },
    endAll: {
      open: "Log out all of them",
      heading: "Log out everywhere?",
      text: (count: number) =>
        count === 1
          ? "The one device that is logged in is logged out at once. This phone stays signed in."
          : `All ${count} devices are logged out at once. This phone stays signed in.`,
      keep: "Keep them",
      confirm: "Log out all",
      done: "Every device is logged out.",
    },
  },

  phones: {
    heading: "Your phones",
    text: "Every phone that is signed in here, and can approve logins.",
    unknown: "An unknown phone",
    current: "This phone",
    unconfirmed: "New",
    unconfirmedHint:
      "A new phone can’t remove passkeys or delete the account on its first day. If you don’t know it, sign it out: what it added goes with it.",
    by: {
      passkey: "Signed in with a passkey.",
      another_phone: "Let in by another phone.",
      recovery_code: "Signed in with the recovery code.",
    },
    since: (ago: string) => `That was ${ago}.`,
    end: "Sign out",
    /** For screen readers, since every phone has such a button. */
    named: (action: string, phone: string) => `${action}: ${phone}`,
    ended: (phone: string) => `${phone} is signed out.`,
    endOthers: {
      open: "Sign out all the others",
      heading: "Sign out all the others?",
      text: "Every phone but this one is signed out at once. Where they have a passkey, they can sign in again.",
      keep: "Keep them",
      confirm: "Sign them out",
      done: "Every other phone is signed out.",
    },
  },

  passkeys: {
    heading: "Your passkeys",
    text: "Each of them signs you in, without a password.",
    list: "Passkeys",
    current: "This phone",
    synced: "Synced: on every device of the same password manager.",
    single: "Only on the one device that made it.",
    added: (day: string) => `Added ${day}.`,
    used: (ago: string) => `Last used ${ago}.`,
    neverUsed: "Not used yet.",
    rename: "Rename",
    remove: "Remove",
    named: (action: string, passkey: string) => `${action}: ${passkey}`,
    name: "Name of the passkey",
    save: "Save",
    renamed: (name: string) => `It is called ${name} now.`,
    removed: (name: string) => `${name} is removed.`,
    last: "Without it you could not sign in. Add another one before you remove it.",
    unconfirmedHint:
      "A new phone has added one of these passkeys. If you don’t know it, remove it: everything else that this phone added goes with it.",
    add: {
      open: "Add a passkey",
      heading: "Add a passkey",
      text: "On this phone, or on a security key that you hold to it.",
      submit: "Make the passkey",
      done: (name: string) => `${name} is added.`,
    },
    confirmRemoval: {
      heading: (name: string) => `Remove ${name}?`,
      text: "It will no longer sign you in, and every phone that it signed in is signed out. Delete it from the phone or key that holds it, too.",
      textCurrent:
        "This phone was signed in with it, and is signed out. Have another passkey at hand before you go on.",
      keep: "Keep it",
      confirm: "Remove it",
    },
    anotherPhone: {
      heading: "Another phone",
      text: "Sign in on a new phone, with a code that this one scans.",
      open: "Add another phone",
    },
    recovery: {
      heading: "Recovery code",
      none: "If all your passkeys are lost, only a recovery code lets you in again. You have none yet.",
      made: (day: string, ago: string) => `Made on ${day} (${ago}). It works once.`,
      make: "Make a recovery code",
      renew: "Make a new one",
      renewHint: "The one before stops working.",
    },
  },

  recoveryCode: {
    heading: "Your recovery code",
    text: "Write it down, and keep it where nobody else looks. It is shown only now, and signs you in once.",
    label: "Recovery code",
    copy: "Copy",
    copied: "Copied. Keep it in a password manager rather than in a note.",
    notCopied: "This browser doesn’t let pages copy. Select the code instead.",
    done: "I have written it down",
  },

  addPhone: {
    heading: "Add another phone",
    text: "It gets a passkey of its own. Have both phones in your hands.",
    steps: (address: string) => [
      `On the new phone, open ${address}.`,
      "Tap “Use my other phone”. It shows a code.",
      "Scan that code with this phone, and approve.",
    ],
    scan: "Scan the code",
    back: "Back",
  },

  /** On a phone that is to be signed in by another one. */
  newPhone: {
    open: "Use my other phone",
    heading: "Scan this with your other phone",
    text: (address: string) =>
      `Where you are signed in, open ${address}, tap “Scan the code”, and hold that phone over this one.`,
    starting: "Preparing a code…",
    qr: "QR code: scan it with the phone where you are signed in",
    type: "No camera? Type a code",
    typed: "Type there:",
    noTyped: "No code to type came. Try again in a moment.",
    expires: (time: string) => `Works for ${time}`,
    announcement: "A code is shown. Scan it with the phone where you are signed in.",
    scanned: {
      heading: "Look at your other phone",
      text: "Go on there, and approve.",
    },
    digits: {
      heading: "Type these digits on your other phone",
      text: "Only if you hold it yourself. Tell them to nobody.",
    },
    linking: "Signing in…",
    ends: {
      denied: ["Declined", "This phone was not added."],
      expired: ["That code has expired", "Begin again with a new one."],
      cancelled: ["Cancelled", "This phone was not added."],
      failed: ["That didn’t work", "This phone was not added. Begin again with a new code."],
    } satisfies Record<string, TitledText>,
    again: "Show a new code",
    back: "Back",
  },

  /** On the phone that is asked to approve another phone. */
  approvePhone: {
    heading: () => "Add this phone to your account?",
    warning:
      "Whoever holds that phone can then do everything you can do: log in, and lock you out.",
    warningDetail:
      "Approve only if it is yours, in your hand, and shows the code right now. Nobody who calls or writes to you needs this.",
  },

  newPasskey: {
    recovered: {
      heading: "You are in. Make a passkey now",
      text: "The recovery code is used up. Without a new passkey, you can’t sign in again.",
    },
    linked: {
      heading: "This phone is added. Make a passkey now",
      text: "With it, this phone signs you in by itself from now on.",
    },
    submit: "Make a passkey",
    later: "Later",
  },

  recover: {
    open: "I lost my passkey",
    heading: "Use your recovery code",
    text: "The one that you wrote down. It works once, and signs you in on this phone.",
    label: "Recovery code",
    submit: "Sign in",
    back: "Back",
    malformed: "Type the whole code, with or without the dashes.",
  },

  history: {
    heading: "History",
    text: "What happened in your account.",
    today: "Today",
    yesterday: "Yesterday",
    empty: [
      "Nothing has happened yet",
      "Logins, passkeys and changes will be listed here.",
    ] satisfies TitledText,
    /** The events, by type. */
    events: {
      account_created: () => "You created this account.",
      phone_signed_in: ({ device }) => `A phone signed in${which(device)}.`,
      login: ({ client, device }) => `You logged in to ${site(client)}${on(device)}.`,
      login_declined: ({ client, device }) =>
        `You declined a login to ${site(client)}${on(device)}.`,
      login_refused: ({ client, device, reason }) =>
        `A login to ${site(client)}${on(device)} was refused${why(reason)}.`,
      match_wrong: ({ client, device }) =>
        `A login to ${site(client)}${on(device)} was ended: what was typed was not what the other device showed.`,
      device_confirmed: ({ client, device }) =>
        `You confirmed the login to ${site(client)}${on(device)}.`,
      device_ended: ({ client, device }) => `The login to ${site(client)}${on(device)} was ended.`,
      device_not_me: ({ client, device }) =>
        `You said that the login to ${site(client)}${on(device)} wasn’t you. It was ended.`,
      passkey_added: ({ name }) => `The passkey${called(name)} was added.`,
      passkey_renamed: ({ name }) =>
        name === undefined ? "A passkey was renamed." : `A passkey is called “${name}” now.`,
      passkey_removed: ({ name }) => `The passkey${called(name)} was removed.`,
      recovery_code_made: () => "A recovery code was made.",
      recovery_code_used: () => "The recovery code was used to sign in.",
      phone_linked: ({ device }) => `Another phone was added${which(device)}.`,
      phone_signed_out: ({ device }) => `A phone was signed out${which(device)}.`,
      code_repeated: ({ client }) =>
        `A code for ${site(client)} that you had scanned was scanned again, by somebody.`,
      notices_on: () => "Notices to a phone were turned on.",
      notices_off: () => "Notices to a phone were turned off.",
      attack: ({ reason }) => `Something was tried that only an attacker tries${why(reason)}.`,
    } satisfies Record<string, (details: EventDetails) => string>,
    /** Instead of the client, if a phone was signed in. */
    anotherPhone: "another phone",
    /** An event type that this page doesn't know. */
    other: (type: string) => `Something happened: ${type}.`,
    /** Why a login was refused, by reason code. */
    reasons: {
      far_apart: "the screen was far from the phone",
      another_country: "the screen was in another country",
      hosting_network: "the screen was in a data centre",
      anonymous_network: "the screen hid behind an anonymous network",
      place_hidden: "the screen or the phone hid its place",
      foreign_network: "the screen was in a network that isn’t allowed",
      many_tries: "many wrong codes were tried",
      code_repeated: "its code was scanned more than once",
      approver_signed_out: "the phone that had approved it was signed out",
    } satisfies Record<string, string>,
    /** The attacks, by type. */
    attacks: {
      recovery_code_guessed: "somebody guessed at the recovery code, which works no more",
      refresh_token_reused: "what a device stays logged in by was used twice, so it was logged out",
      code_reused: "the code of a login was used twice, so that login was ended",
    } satisfies Record<string, string>,
    yours: {
      heading: "Your data",
      text: "All of this is yours to take with you.",
      json: "Download as JSON",
      csv: "Download as CSV",
      file: (extension: string) => `history.${extension}`,
    },
  },

  deletion: {
    open: "Delete the account",
    heading: "Delete your account?",
    text: "Nothing of it is kept. What goes:",
    consequences: [
      "every login: all your devices are logged out, and the sites are told",
      "your passkeys here, and the recovery code",
      "your name, and the whole history",
    ],
    keep: "Keep my account",
    next: "Delete my account",
    sure: {
      heading: "Really delete it?",
      text: "This can’t be undone by anybody, us included. Sites that know you by this account won’t know you any more.",
      confirm: "Delete it for good",
    },
    goodbye: [
      "Your account is gone",
      "Nothing of it is left here. You can delete its passkeys from your phone’s password manager now.",
    ] satisfies TitledText,
    restart: "Create a new account",
  },
};
