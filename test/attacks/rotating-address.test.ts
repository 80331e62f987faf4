import { describe, expect, it } from "vitest";
import { USER_CODE_ALPHABET } from "../../src/protocol/user-code.ts";
import { CREATION, madeUp } from "../support/api.ts";
import { TestScreen } from "../support/test-screen.ts";
import { sendTo, statusesOf, workerWithLimits } from "../support/rate-limits.ts";

/**
 * An attacker sends each request from another address of an IPv6 /64, /56 or /48, so that limits
 * per address or per /64 never apply.
 */

const letters = Array.from(USER_CODE_ALPHABET);

/** A wrong code with this first letter. */
function wrongCode(right: string, i: number, first: string | undefined): string {
  const [a, b] = [letters[Math.floor(i / 20) % 20], letters[i % 20]];
  const last = letters.find((letter) => letter !== right.charAt(7));
  return `${first}${a}${b}${right.slice(3, 7)}${last}`;
}

const post = (worker: Env, path: string, body: object, address: string) =>
  sendTo(
    worker,
    path,
    {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(body),
    },
    address,
  );

const codeToType = (login: { created: { user_code?: string } }) => {
  const { user_code } = login.created;
  if (user_code === undefined) throw new Error("there is no code to type");
  return user_code.replace("-", "");
};

describe("typed codes that are guessed from a new address each time", () => {
  it.each([
    {
      networks: "400 /64 networks of one /48, with one first letter",
      address: (i: number) => `2001:db8:1:${i.toString(16)}::1`,
      first: (right: string) => right.charAt(0),
      most: 40,
    },
    {
      networks: "400 /64 networks of one /48, with all first letters",
      address: (i: number) => `2001:db8:2:${i.toString(16)}::1`,
      first: (_: string, i: number) => letters[i % 20],
      most: 120,
    },
    {
      networks: "256 /64 networks of one /56",
      address: (i: number) => `2001:db8:3:ff${(i % 256).toString(16).padStart(2, "0")}::1`,
      first: (_: string, i: number) => letters[i % 20],
      most: 60,
    },
    {
      networks: "256 addresses of one IPv4 /24",
      address: (i: number) => `198.51.100.${i % 256}`,
      first: (_: string, i: number) => letters[i % 20],
      most: 120,
    },
  ])(
    "refuses guessed typed codes after a few of $networks [ATTACK-rotating-address]",
    async ({ address, first, most }) => {
      const worker = workerWithLimits();
      const login = await TestScreen.begin();
      const right = codeToType(login);
      const statuses = await statusesOf(400, (i) => {
        const user_code = wrongCode(right, i, first(right, i));
        return post(worker, "/sessions/scan", { user_code }, address(i));
      });
      // 404 means that a wrong code was looked up.
      expect(Object.keys(statuses)).toEqual(["404", "429"]);
      expect(statuses[404]).toBeLessThanOrEqual(most);
      expect((await login.snapshot()).status).toBe("pending");

      // The owner, in another network, is not locked out.
      const owner = await post(worker, "/sessions/scan", { user_code: right }, "2001:db8:600d::1");
      expect(owner.status).toBe(200);
    },
  );
});

describe("an IPv4-mapped IPv6 address", () => {
  it.each(["::ffff:203.0.113.66", "::FFFF:cb00:7142", "0:0:0:0:0:ffff:203.0.113.66"])(
    "counts an IPv4-mapped address like the IPv4 address: %s",
    async (mapped) => {
      const worker = workerWithLimits({ CREATE_LIMIT: 10 });
      const statuses = await statusesOf(20, (i) =>
        post(worker, "/sessions", CREATION, i % 2 === 0 ? "203.0.113.66" : mapped),
      );
      expect(statuses).toEqual({ 201: 10, 429: 10 });
    },
  );
});

describe("requests from many networks of one site", () => {
  it.each([
    ["a /56", 4, (i: number) => `2001:db8:4:${(i % 256).toString(16)}::1`],
    ["a /48", 16, (i: number) => `2001:db8:5:${(i * 256).toString(16)}::1`],
    ["an IPv4 /24", 16, (i: number) => `198.51.100.${i % 256}`],
  ])("refuses requests that come from %s", async (_, shares, address) => {
    const worker = workerWithLimits({ APPROVE_LIMIT: 3 });
    const path = `/sessions/${madeUp()}/approve`;
    const statuses = await statusesOf(200, (i) =>
      post(worker, path, { scan_token: madeUp() }, address(i)),
    );
    expect(statuses[404]).toBeLessThanOrEqual(3 * shares);
    expect(statuses[404]).toBeGreaterThan(3);
  });

  it("accepts a neighbour of a network that is over its limit", async () => {
    const worker = workerWithLimits({ APPROVE_LIMIT: 20 });
    const path = `/sessions/${madeUp()}/approve`;
    const from = (address: string) => post(worker, path, { scan_token: madeUp() }, address);
    expect(await statusesOf(400, () => from("2001:db8:6:1::1"))).toEqual({ 404: 20, 429: 380 });
    expect((await from("2001:db8:6:2::1")).status).toBe(404);
  });
});
