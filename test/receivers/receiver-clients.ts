/**
 * Clients with a callback or logout receiver. Each test uses a client of its own, so that no test
 * sees the messages of another.
 */
const HOW_MANY = 60;

/** Where each of them lets the browser return to. */
export const SIGNED_OUT = "https://shop.example/out";

/** A client with the secret "s3cret", and with ID tokens of EdDSA. */
export const CONFIDENTIAL = "logout-confidential";
const SECRET_SHA256 = "1ec1c26b50d5d3c58d9583181af8076655fe00756bf7285940ba3670f99fcba0";

/** Clients with single sign-on. Each test uses two of its own. */
export const SSO_CLIENTS = Array.from({ length: 8 }, (_, i) => ({
  client_id: `sso-${i + 1}`,
  redirect_uris: [`https://sso-${i + 1}.example/back`],
}));

export function receiverClients(server: string): object[] {
  const numbers = Array.from({ length: HOW_MANY }, (_, i) => i + 1);
  const told = (setting: string, clientId: string) => ({
    client_id: clientId,
    name: clientId,
    post_logout_redirect_uris: [SIGNED_OUT],
    [setting]: `${server}/${clientId}`,
  });
  return [
    { client_id: "screen", name: "Screen" },
    ...numbers.map((number) => told("callback_uri", `callback-${number}`)),
    ...numbers.map((number) => told("backchannel_logout_uri", `logout-${number}`)),
    ...SSO_CLIENTS.map((client) => ({
      ...told("backchannel_logout_uri", client.client_id),
      ...client,
      sso: true,
    })),
    {
      ...told("backchannel_logout_uri", CONFIDENTIAL),
      client_secret_sha256: SECRET_SHA256,
      id_token_signed_response_alg: "EdDSA",
    },
  ];
}
