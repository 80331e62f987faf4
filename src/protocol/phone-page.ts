/** The data that the server writes into the phone page, which a scanned link opens. */

/** The attribute of `<body>` with the kind of navigation. Missing if it is not known. */
export const NAVIGATION_ATTRIBUTE = "data-navigation";

/** The person opened the link directly, so the page may claim the session without a confirmation. */
export const DIRECT_NAVIGATION = "direct";
