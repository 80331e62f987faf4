/** What the server writes into the phone page that a scanned link opens. */

/** The attribute of `<body>` that says how the browser came here; absent where that isn't known. */
export const NAVIGATION_ATTRIBUTE = "data-navigation";

/** The person opened the address themselves: the page may claim the session without asking. */
export const DIRECT_NAVIGATION = "direct";
