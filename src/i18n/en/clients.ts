/** The names of the built-in clients. */
export const CLIENTS = {
  anotherPhone: "This site, on another phone",
  comparison: "QR login, compared",
};
