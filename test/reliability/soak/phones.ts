import * as v from "valibot";
import { jsonOf, sendJson } from "../../../bench/harness/http.ts";
import { startBenchIssuer, type BenchIssuer } from "../../../bench/targets/ours/bench-issuer.ts";
import { Authenticator } from "../../support/authenticator.ts";

/** Somebody's phone that is signed in: to the app of a trusted issuer, or to a passkey account. */
export interface Phone {
  sub: string;
  /** What its requests are authenticated by. */
  headers: Record<string, string>;
  /** The passkey, where the account is one of ours. */
  authenticator?: Authenticator;
}

export { startBenchIssuer as startIssuer, type BenchIssuer as Issuer };

/** Phones that present the access token of a trusted issuer. */
export function appPhones(issuer: BenchIssuer): Phone[] {
  return issuer.people.map(({ sub, accessToken }) => ({
    sub,
    headers: { Authorization: `Bearer ${accessToken}` },
  }));
}

const Registered = v.object({ account: v.object({ sub: v.string() }) });

/** A phone that creates an account by a passkey, as our own page does it. */
export async function passkeyPhone(origin: string, issuer: string, name: string): Promise<Phone> {
  const authenticator = await Authenticator.make(issuer);
  const page = { Origin: issuer, "Sec-Fetch-Site": "same-origin" };
  const begun = await sendJson(`${origin}/account/register/options`, { name }, page);
  const { options } = jsonOf(begun) as { options: Parameters<Authenticator["create"]>[0] };
  const response = await authenticator.create(options);
  const headers = { ...page, Cookie: cookiesOf(begun.headers["set-cookie"]) };
  const answer = await sendJson(`${origin}/account/register`, { response }, headers);
  if (answer.status !== 201) throw new Error(`no account: ${answer.status} ${answer.text}`);
  const { sub } = v.parse(Registered, jsonOf(answer)).account;
  const cookie = cookiesOf(answer.headers["set-cookie"]);
  return { sub, authenticator, headers: { ...page, Cookie: cookie } };
}

/** The cookies that an answer sets, without those that it takes away. */
function cookiesOf(lines: readonly string[] = []): string {
  return lines
    .filter((line) => !/;\s*Max-Age=0/i.test(line))
    .map((line) => line.split(";")[0] ?? "")
    .join("; ");
}
