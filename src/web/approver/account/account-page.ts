/** A page of the account with an address of its own. */
export type AccountPage = "devices" | "passkeys" | "history";

/** The page at an address. */
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
