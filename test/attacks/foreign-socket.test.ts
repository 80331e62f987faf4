import { expect, it } from "vitest";
import { ISSUER, problemOf } from "../support/api.ts";
import { TestScreen } from "../support/test-screen.ts";
import { upgrade } from "../support/watchers.ts";

/** Another site opens a WebSocket here, which CORS does not prevent. */

const bySubprotocol = ({ created }: TestScreen) => ({
  Authorization: "",
  "Sec-WebSocket-Protocol": `qr-login.v1, bearer.${created.watch_token}`,
});

const byCookie = (login: TestScreen) => ({ Authorization: "", Cookie: login.cookie });

it.each([
  "https://evil.example",
  "http://localhost:8788",
  "https://localhost:8787",
  "http://localhost",
  `${ISSUER}.evil.example`,
  `${ISSUER}/`,
  "http://evil.example:8787",
  "null",
  "file://",
])(
  "refuses a WebSocket from %j by token and by cookie and cancels nothing [ATTACK-foreign-socket]",
  async (Origin) => {
    const login = await TestScreen.begin();
    for (const credentials of [bySubprotocol(login), byCookie(login)]) {
      const answer = await upgrade(login, { ...credentials, Origin });
      expect(answer.webSocket).toBeNull();
      expect(await problemOf(answer)).toEqual([403, "origin_not_allowed"]);
    }
    expect((await login.snapshot()).status).toBe("pending");
  },
);

it("accepts a WebSocket from our own page with the same credentials", async () => {
  const login = await TestScreen.begin();
  for (const credentials of [bySubprotocol(login), byCookie(login)]) {
    const { webSocket } = await upgrade(login, { ...credentials, Origin: ISSUER });
    webSocket?.accept();
    webSocket?.close();
    expect(webSocket).not.toBeNull();
  }
});
