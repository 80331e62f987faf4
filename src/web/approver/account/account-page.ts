/** A part of the account that has an address of its own. */
export type AccountPage = "devices" | "passkeys" | "history";

/** The place at an address, if it is one. */
export function accountPageAt(pathname: string): AccountPage | undefined {
  switch (pathname) {
    case "/devices":
      return "devices";
    case "/passkeys":
      return "passkeys";
    case "/history":
      return "history";
    default:
      return undefined;
  }
}
