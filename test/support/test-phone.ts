import type {
  AuthenticationResponseJSON,
  PublicKeyCredentialRequestOptionsJSON,
} from "@simplewebauthn/server";
import { defined } from "../../src/lib/defined.ts";
import { ISSUER, type Setting } from "./api.ts";
import { Authenticator, type Deviations } from "./authenticator.ts";
import { TestBrowser } from "./test-browser.ts";
import type { TestScreen } from "./test-screen.ts";

/** A phone that is signed in to an account with a passkey. */
export class TestPhone extends TestBrowser {
  readonly authenticator: Authenticator;
  readonly sub: string;
  readonly #setting: Setting;

  constructor(authenticator: Authenticator, sub: string, setting: Setting = {}) {
    super(setting);
    this.authenticator = authenticator;
    this.sub = sub;
    this.#setting = setting;
  }

  /** Creates an account. */
  static async signUp(
    name = "Ada",
    setting: Setting = {},
    deviations: Deviations = {},
  ): Promise<TestPhone> {
    const browser = new TestBrowser(setting);
    const authenticator = await Authenticator.make(ISSUER);
    const options = await browser.registrationOptions(name);
    const response = await authenticator.create(options, deviations);
    const registered = await browser.post("/account/register", { response });
    if (registered.status !== 201) throw new Error(`no account: ${await registered.text()}`);
    const { account } = await registered.json<{ account: { sub: string } }>();
    return TestPhone.of(browser, authenticator, account.sub, setting);
  }

  /** The phone of a browser that is signed in already. */
  static of(
    browser: TestBrowser,
    authenticator: Authenticator,
    sub: string,
    setting: Setting = {},
  ): TestPhone {
    const phone = new TestPhone(authenticator, sub, setting);
    phone.headers = browser.headers;
    for (const [name, value] of browser.cookies) phone.cookies.set(name, value);
    return phone;
  }

  /** A second phone that signs in with the same passkey. */
  async secondPhone(): Promise<TestPhone> {
    const phone = new TestPhone(this.authenticator, this.sub, this.#setting);
    const signedIn = await phone.signIn(this.authenticator);
    if (signedIn.status !== 200) throw new Error(`not signed in: ${await signedIn.text()}`);
    return phone;
  }

  /** Signs the request with the passkey (step-up). */
  async sign(
    screen: TestScreen,
    scan_token: string,
    deviations: Deviations = {},
  ): Promise<AuthenticationResponseJSON> {
    const stepUp = await this.send(screen, "step-up", { scan_token });
    if (stepUp.status !== 200) throw new Error(`no step-up: ${await stepUp.text()}`);
    const { options } = await stepUp.json<{ options: PublicKeyCredentialRequestOptionsJSON }>();
    return await this.authenticator.get(options, deviations);
  }

  /** Approves with everything that is required: the digits of the screen and the passkey. */
  async approve(screen: TestScreen, scan_token: string): Promise<Response> {
    const { request } = await this.view(screen, scan_token);
    const { match } = await screen.snapshot();
    const assertion = request?.step_up ? await this.sign(screen, scan_token) : undefined;
    const digits = match?.by === "phone" ? match.digits : undefined;
    const body = { scan_token, ...defined({ match: digits, assertion }) };
    return await this.send(screen, "approve", body);
  }

  /** Scans and approves a login. Returns its authorization code. */
  async approvedCode(screen: TestScreen): Promise<string> {
    const { scan_token } = await this.scan(screen);
    const approved = await this.send(screen, "approve", { scan_token });
    if (approved.status !== 200) throw new Error(`not approved: ${await approved.text()}`);
    const { code } = await screen.snapshot();
    if (code === undefined) throw new Error("no code");
    return code;
  }
}
