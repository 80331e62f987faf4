import { evictDurableObject } from "cloudflare:test";
import { describe, expect, it } from "vitest";
import { api, CREATION, ISSUER, madeUp, post, problemOf } from "../../support/api.ts";
import { TestScreen } from "../../support/test-screen.ts";

const statusOf = async (login: TestScreen) => {
  const answer = await api(`/sessions/${login.created.session_id}`, { headers: login.bearer });
  const { status, version } = await answer.json<{ status: string; version: number }>();
  return `${status} ${version}`;
};

describe("POST /sessions", () => {
  it("returns the documented session and sets the watch token as an HttpOnly cookie [ASVS-3.3.2]", async () => {
    const answer = await post("/sessions", CREATION);
    expect(answer.status).toBe(201);
    expect(answer.headers.get("Cache-Control")).toBe("no-store");
    const body = await answer.json<Record<string, never>>();
    expect(body).toEqual({
      session_id: expect.stringMatching(/^[\w-]{43}$/),
      watch_token: expect.stringMatching(/^[\w-]{43}$/),
      status: "pending",
      version: 1,
      expires_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
      expires_in: 120,
      qr: {
        prefix: `${ISSUER}/q/${body["session_id"]}`,
        key: expect.stringMatching(/^[\w-]{43}$/),
        period: 5,
      },
      user_code: expect.stringMatching(/^[B-DF-HJ-NP-TV-XZ]{4}-[B-DF-HJ-NP-TV-XZ]{4}$/),
    });
    const cookie = answer.headers.get("Set-Cookie") ?? "";
    expect(cookie).toBe(
      `__Host-watch_tokens=${body["session_id"]}.${body["watch_token"]}; Max-Age=120; Path=/; HttpOnly; Secure; SameSite=Lax`,
    );
  });

  it.each<[string, unknown, number, string]>([
    ["no body at all", undefined, 400, "invalid_request"],
    ["an array", [], 400, "invalid_request"],
    ["null", null, 400, "invalid_request"],
    ["nothing in it", {}, 400, "invalid_request"],
    ["an unknown client", { ...CREATION, client_id: "evil" }, 400, "client_unknown"],
    ["an unknown member", { ...CREATION, admin: true }, 400, "invalid_request"],
    [
      "an id of the client's choice [USENIX-4]",
      { ...CREATION, session_id: madeUp() },
      400,
      "invalid_request",
    ],
    [
      "a challenge that is the verifier [RFC9700-2.1.1/4]",
      { ...CREATION, code_challenge_method: "plain" },
      400,
      "invalid_request",
    ],
    ["a short challenge", { ...CREATION, code_challenge: "abc" }, 400, "invalid_request"],
    ["no challenge", { ...CREATION, code_challenge: undefined }, 400, "invalid_request"],
    ["a number for a name", { ...CREATION, client_id: 7 }, 400, "invalid_request"],
    ["an endless nonce", { ...CREATION, nonce: "n".repeat(256) }, 400, "invalid_request"],
    [
      "an unregistered redirect",
      { ...CREATION, redirect_uri: "https://evil.example/" },
      400,
      "redirect_uri_unknown",
    ],
    [
      "a scope with a line break",
      { ...CREATION, scope: "openid\nprofile" },
      400,
      "invalid_request",
    ],
    ["scopes that mean nothing", { ...CREATION, scope: "root wheel" }, 400, "invalid_request"],
  ])("refuses to create a session with %s", async (_, body, status, code) => {
    expect(await problemOf(await post("/sessions", body))).toEqual([status, code]);
  });

  it("refuses a body that is not JSON, has another type or is too large", async () => {
    const send = (body: string, type: string) =>
      api("/sessions", { method: "POST", headers: { "Content-Type": type }, body });
    const json = JSON.stringify(CREATION);
    expect(await problemOf(await send("{", "application/json"))).toEqual([400, "invalid_request"]);
    expect(await problemOf(await send(json, "text/plain"))).toEqual([
      415,
      "unsupported_media_type",
    ]);
    const large = JSON.stringify({ ...CREATION, nonce: "n".repeat(20_000) });
    expect(await problemOf(await send(large, "application/json"))).toEqual([413, "body_too_large"]);
  });

  it("refuses to create a session for a foreign origin", async () => {
    for (const origin of ["https://evil.example", "null", "http://localhost:8788"]) {
      const answer = await post("/sessions", CREATION, { Origin: origin });
      expect(await problemOf(answer)).toEqual([403, "origin_not_allowed"]);
      expect(answer.headers.get("Access-Control-Allow-Origin")).toBeNull();
    }
    expect((await post("/sessions", CREATION, { Origin: ISSUER })).status).toBe(201);
  });

  it("creates 300 sessions in a minute for one address, as for an office", async () => {
    const answers = await Promise.all(
      Array.from({ length: 300 }, () =>
        post("/sessions", CREATION, { "CF-Connecting-IP": "192.0.2.1" }),
      ),
    );
    expect(answers.every((answer) => answer.status === 201)).toBe(true);
  });

  it("answers 429 to a flood of new sessions [RFC10027-6.1.11]", async () => {
    const statuses: number[] = [];
    for (let i = 0; i < 13; i++) {
      const burst = Array.from({ length: 100 }, () =>
        post("/sessions", {}, { "CF-Connecting-IP": "192.0.2.2" }),
      );
      for (const answer of await Promise.all(burst)) statuses.push(answer.status);
    }
    expect(statuses).toContain(429);
  });
});

describe("the path of a session", () => {
  it("rejects a session id that was never issued or is spelt otherwise [USENIX-3]", async () => {
    const login = await TestScreen.begin();
    const id = login.created.session_id;
    // The last character has two bits to spare: three other spellings decode to the same bytes.
    const last = id.slice(-1);
    const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    const respelt = id.slice(0, -1) + alphabet.charAt(alphabet.indexOf(last) ^ 1);
    for (const foreign of [madeUp(), respelt, id.slice(1), "x", `${id}A`, "%00"]) {
      const answer = await api(`/sessions/${foreign}`, { headers: login.bearer });
      expect(await problemOf(answer)).toEqual([404, "session_not_found"]);
    }
  });

  it("accepts only the documented methods", async () => {
    const { created } = await TestScreen.begin();
    for (const [method, path, allowed] of [
      ["GET", "/sessions", "POST"],
      ["DELETE", `/sessions/${created.session_id}`, "GET"],
      ["POST", `/sessions/${created.session_id}/events`, "GET"],
      ["GET", `/sessions/${created.session_id}/approve`, "POST"],
    ] as const) {
      const answer = await api(path, { method });
      expect(await problemOf(answer)).toEqual([405, "method_not_allowed"]);
      expect(answer.headers.get("Allow")).toBe(allowed);
    }
  });
});

describe("POST /sessions/:id/scan", () => {
  it("lets the first phone claim the session and shows it the client but not the user [USENIX-6/2]", async () => {
    const login = await TestScreen.begin();
    const answer = await post(`/sessions/${login.created.session_id}/scan`, await login.code());
    expect(answer.status).toBe(200);
    expect(await answer.json()).toEqual({
      session_id: login.created.session_id,
      scan_token: expect.stringMatching(/^[\w-]{43}$/),
      client: { client_id: "screen", name: "QR login" },
      expires_at: login.created.expires_at,
    });
    expect(await statusOf(login)).toBe("scanned 2");
  });

  it("refuses the second phone that scans, and changes nothing", async () => {
    const login = await TestScreen.begin();
    await login.scan();
    const second = await post(`/sessions/${login.created.session_id}/scan`, await login.code());
    expect(await problemOf(second)).toEqual([409, "already_scanned"]);
    expect(await statusOf(login)).toBe("scanned 2");
  });

  it("accepts one of two phones that scan at the same moment", async () => {
    const login = await TestScreen.begin();
    const code = await login.code();
    const scans = Array.from({ length: 8 }, () =>
      post(`/sessions/${login.created.session_id}/scan`, code),
    );
    const statuses = (await Promise.all(scans)).map((answer) => answer.status);
    expect(statuses.toSorted((a, b) => a - b)).toEqual([200, 409, 409, 409, 409, 409, 409, 409]);
  });

  it("refuses rotating codes that are stale, in the future, of another session or wrong", async () => {
    const [login, other] = [await TestScreen.begin(), await TestScreen.begin()];
    const path = `/sessions/${login.created.session_id}/scan`;
    const code = await login.code();
    const future = await login.code(60_000);
    const foreign = await other.code();
    expect(await problemOf(await post(path, future))).toEqual([403, "code_stale"]);
    expect(await problemOf(await post(path, foreign))).toEqual([403, "code_invalid"]);
    expect(await problemOf(await post(path, { ...code, t: 1 }))).toEqual([403, "code_invalid"]);
    expect(await statusOf(login)).toBe("pending 1");
  });

  it.each<[string, unknown]>([
    ["nothing", {}],
    ["a text for t", { t: "0", mac: "m".repeat(16) }],
    ["a negative t", { t: -1, mac: "m".repeat(16) }],
    ["half a t", { t: 0.5, mac: "m".repeat(16) }],
    ["no mac", { t: 0 }],
    ["a long mac", { t: 0, mac: "m".repeat(17) }],
    ["a user id", { t: 0, mac: "m".repeat(16), sub: "ada" }],
    ["a token of its own that is none", { t: 0, mac: "m".repeat(16), new_scan_token: "short" }],
    ["both ways at once", { t: 0, mac: "m".repeat(16), scan_token: madeUp() }],
  ])("refuses to scan with %s", async (_, body) => {
    const login = await TestScreen.begin();
    const answer = await post(`/sessions/${login.created.session_id}/scan`, body);
    expect(await problemOf(answer)).toEqual([400, "invalid_request"]);
    expect(await statusOf(login)).toBe("pending 1");
  });

  it("responds again to the phone that created its scan token, and to no other", async () => {
    const login = await TestScreen.begin();
    const path = `/sessions/${login.created.session_id}/scan`;
    const token = madeUp();
    const body = { ...(await login.code()), new_scan_token: token };
    for (const _ of ["the answer of this one is lost", "so it comes again"]) {
      const answer = await post(path, body);
      expect(answer.status).toBe(200);
      expect(await answer.json()).toMatchObject({ scan_token: token });
    }
    expect(await statusOf(login)).toBe("scanned 2");
    const another = { ...body, new_scan_token: madeUp() };
    expect(await problemOf(await post(path, another))).toEqual([409, "already_scanned"]);
  });

  it("accepts no more scans after ten wrong codes", async () => {
    const login = await TestScreen.begin();
    const path = `/sessions/${login.created.session_id}/scan`;
    for (let i = 0; i < 10; i++) await post(path, { t: 0, mac: "m".repeat(16) });
    expect(await problemOf(await post(path, await login.code()))).toEqual([429, "too_many_tries"]);
  });

  it("shows the request again to the phone that holds the session, and to no other", async () => {
    const [login, other] = [await TestScreen.begin(), await TestScreen.begin()];
    const path = `/sessions/${login.created.session_id}/scan`;
    const scanToken = await login.scan();
    const foreign = await other.scan();
    expect((await post(path, { scan_token: scanToken })).status).toBe(200);
    for (const wrong of [foreign, madeUp()]) {
      const answer = await post(path, { scan_token: wrong });
      expect(await problemOf(answer)).toEqual([403, "scan_token_invalid"]);
    }
  });
});

describe("POST /sessions/scan", () => {
  const type = (user_code: unknown, address = "198.51.100.1") =>
    post("/sessions/scan", { user_code }, { "CF-Connecting-IP": address });
  const codeToType = ({ created }: TestScreen) => created.user_code ?? "";

  it("claims the session of a typed code, however it is typed", async () => {
    const login = await TestScreen.begin();
    const answer = await type(` ${codeToType(login).toLowerCase().replace("-", " ")} `);
    expect(answer.status).toBe(200);
    expect(await answer.json()).toMatchObject({ session_id: login.created.session_id });
    expect(await statusOf(login)).toBe("scanned 2");
    expect(await problemOf(await type(login.created.user_code))).toEqual([409, "already_scanned"]);
  });

  it("responds again to a typed code of the phone that created its scan token", async () => {
    const login = await TestScreen.begin();
    const body = { user_code: codeToType(login), new_scan_token: madeUp() };
    const address = { "CF-Connecting-IP": "198.51.100.1" };
    for (const _ of ["lost", "again"]) {
      const answer = await post("/sessions/scan", body, address);
      expect(await answer.json()).toMatchObject({ scan_token: body.new_scan_token });
    }
    const short = { ...body, new_scan_token: "short" };
    const refused = await post("/sessions/scan", short, address);
    expect(await problemOf(refused)).toEqual([400, "invalid_request"]);
  });

  it("refuses malformed and unknown typed codes", async () => {
    expect(await problemOf(await type("AEIO-UAEI"))).toEqual([400, "invalid_request"]);
    expect(await problemOf(await type(""))).toEqual([400, "invalid_request"]);
    expect(await problemOf(await type(12345678))).toEqual([400, "invalid_request"]);
    expect(await problemOf(await type("BCDF-GHJK"))).toEqual([404, "user_code_unknown"]);
  });

  it("counts wrong typed codes by address and refuses even the right one after ten [RFC8628-5.1]", async () => {
    const login = await TestScreen.begin();
    const letter = codeToType(login).charAt(0);
    const guess = (i: number) => `${letter}${"BCDFGHJKLM".charAt(i)}BB-BBBB`;
    for (let i = 0; i < 10; i++) {
      expect(await problemOf(await type(guess(i), "198.51.100.7"))).toEqual([
        404,
        "user_code_unknown",
      ]);
    }
    const blocked = await type(login.created.user_code, "198.51.100.7");
    expect(await problemOf(blocked)).toEqual([429, "too_many_tries"]);
    expect((await type(login.created.user_code, "198.51.100.8")).status).toBe(200);
  });
});

describe("POST /sessions/:id/user-code", () => {
  const ask = ({ created, bearer }: TestScreen, headers: HeadersInit = bearer) =>
    api(`/sessions/${created.session_id}/user-code`, { method: "POST", headers });
  const type = (user_code: unknown) =>
    post("/sessions/scan", { user_code }, { "CF-Connecting-IP": "198.51.100.20" });

  it("creates a typed code for a session that has none", async () => {
    const login = await TestScreen.begin({ user_code: false });
    expect(login.created).not.toHaveProperty("user_code");
    const answer = await ask(login);
    expect(answer.status).toBe(200);
    const { user_code } = await answer.json<{ user_code: string }>();
    expect(user_code).toMatch(/^[B-DF-HJ-NP-TV-XZ]{4}-[B-DF-HJ-NP-TV-XZ]{4}$/);
    expect(await statusOf(login)).toBe("pending 1");
    const typed = await type(user_code);
    expect(await typed.json()).toMatchObject({ session_id: login.created.session_id });
  });

  it("creates at most three typed codes, also after an eviction", async () => {
    const login = await TestScreen.begin({ user_code: false });
    const codes = new Set<string>();
    for (let i = 0; i < 3; i++) {
      codes.add((await (await ask(login)).json<{ user_code: string }>()).user_code);
      await evictDurableObject(login.stub);
    }
    expect(codes.size).toBe(3);
    expect(await problemOf(await ask(login))).toEqual([429, "too_many_requests"]);
  });

  it("creates a typed code only for a watcher, and only before a scan", async () => {
    const login = await TestScreen.begin({ user_code: false });
    expect(await problemOf(await ask(login, {}))).toEqual([401, "watch_token_missing"]);
    const foreign = { Authorization: `Bearer ${madeUp()}` };
    expect(await problemOf(await ask(login, foreign))).toEqual([401, "watch_token_invalid"]);
    await login.scan();
    expect(await problemOf(await ask(login))).toEqual([409, "already_scanned"]);
    expect((await api(`/sessions/${login.created.session_id}/user-code`)).status).toBe(405);
  });
});

describe("a decision", () => {
  it("requires a signed-in phone for an approval [RFC6749-3.1]", async () => {
    const login = await TestScreen.begin();
    const scan_token = await login.scan();
    const answer = await post(`/sessions/${login.created.session_id}/approve`, { scan_token });
    expect(await problemOf(answer)).toEqual([401, "sign_in_required"]);
    expect(answer.headers.get("WWW-Authenticate")).toContain("Bearer");
    expect(await statusOf(login)).toBe("scanned 2");
  });

  it("accepts a decision only from the phone that scanned", async () => {
    const [login, other] = [await TestScreen.begin(), await TestScreen.begin()];
    const foreign = await other.scan();
    const path = `/sessions/${login.created.session_id}/deny`;
    expect(await problemOf(await post(path, { scan_token: foreign }))).toEqual([
      409,
      "not_scanned",
    ]);
    await login.scan();
    expect(await problemOf(await post(path, { scan_token: foreign }))).toEqual([
      403,
      "scan_token_invalid",
    ]);
    expect(await statusOf(login)).toBe("scanned 2");
  });

  it("accepts a decision once", async () => {
    const login = await TestScreen.begin();
    const scan_token = await login.scan();
    const path = `/sessions/${login.created.session_id}/deny`;
    const first = await post(path, { scan_token });
    expect(await first.json()).toEqual({ status: "denied" });
    // Whoever has lost the answer is told it again.
    expect(await (await post(path, { scan_token })).json()).toEqual({ status: "denied" });
    expect(await problemOf(await post(path, { scan_token: madeUp() }))).toEqual([
      409,
      "already_denied",
    ]);
    expect(await statusOf(login)).toBe("denied 3");
  });
});

describe("every response", () => {
  it("sends the security headers with every response, also with errors [QR-LOGIN-24]", async () => {
    const login = await TestScreen.begin();
    for (const path of [
      "/nowhere",
      `/sessions/${login.created.session_id}`,
      "/.well-known/jwks.json",
    ]) {
      const { headers } = await api(path);
      expect(headers.get("Content-Security-Policy")).toContain("frame-ancestors 'none'");
      expect(headers.get("X-Content-Type-Options")).toBe("nosniff");
      expect(headers.get("Referrer-Policy")).toBe("no-referrer");
      expect(headers.get("Strict-Transport-Security")).toMatch(/^max-age=\d{8}/);
      expect(headers.get("Cache-Control")).not.toBeNull();
    }
  });

  it("responds to an unknown path with 404 and no details", async () => {
    const answer = await api("/nowhere");
    expect(answer.headers.get("Content-Type")).toBe("application/problem+json");
    expect(await answer.json()).toEqual({
      title: "There is nothing here.",
      status: 404,
      code: "not_found",
    });
  });
});
