/** What the clients that are built in are called. */
export const CLIENTS = {
  anotherPhone: "This site, on another phone",
  comparison: "QR login, compared",
};
