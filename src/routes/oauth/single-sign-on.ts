import type { Context } from "hono";
import type { SignedOn } from "../../accounts/browser-sessions/browser-sessions.ts";
import { accountStub, pipelined } from "../../accounts/account-stub.ts";
import { isPublicClient } from "../../config/index.ts";
import { defined } from "../../lib/defined.ts";
import { err, ok, type Result } from "../../lib/result.ts";
import { authorizationResponse } from "../../login-session/domain/authorization-response.ts";
import { scopeWithClaims } from "../../login-session/domain/requested-claims.ts";
import type { SessionParameters } from "../../login-session/domain/session.ts";
import type { AuthorizationParameters } from "../../oidc/authorization/authorization-parameters.ts";
import type { SsoRequest } from "../../oidc/authorization/sso-decision.ts";
import type { ValidatedRedirect } from "../../oidc/authorization/validate-redirect-uri.ts";
import type { OAuthError } from "../../oidc/errors.ts";
import type { AuthorizationResponse } from "../../protocol/authorization-response.ts";
import type { AppEnv } from "../app-env.ts";
import { isFirstParty } from "../middleware/same-origin.ts";
import { choiceFields, readChoice } from "./sso-choice.ts";
import { browserKey } from "./sso-cookie.ts";
import { accountChoicePage } from "../pages/choice-page.ts";

/** A validated authorization request. */
export interface SsoInput {
  validated: ValidatedRedirect;
  /** What was sent to /authorize: it may only name a pushed request. */
  sent: URLSearchParams;
  /** The parameters that count. */
  parameters: AuthorizationParameters;
  login: SessionParameters;
}

/** A page or a redirect of our own, or a response for the client. */
export type SsoAnswer = { page: Response } | { response: AuthorizationResponse };

/** Bytes of a request that is repeated by GET: what every browser and server takes in an address. */
const MAX_QUERY = 6000;

/**
 * Answers an authorization request for a browser that is logged in here already (OpenID Connect Core §3.1.2.3). Undefined
 * if the login page is to be shown, so that the phone approves. Clients without the setting `sso` always get that.
 */
export async function singleSignOn(
  c: Context<AppEnv>,
  input: SsoInput,
): Promise<Result<SsoAnswer, OAuthError> | undefined> {
  const { validated, sent, parameters, login } = input;
  const { client, redirect } = validated;
  if (!client.sso) return undefined;
  const isSilent = promptOf(parameters).includes("none");
  const choice = readChoice(c, sent);
  if (choice?.type === "decline") return declined(validated);
  const repeated = choice ? undefined : repeatByGet(c, sent);
  if (repeated) return ok({ page: repeated });

  const key =
    choice?.type === "other" || !isNavigation(c, isSilent) ? undefined : await browserKey(c);
  const chosen = choice?.type === "continue" ? choice.browserSession : undefined;
  const request = ssoRequest(input, chosen);
  const sessions = key && pipelined(accountStub(c.env, key.sub).browserSessions());
  const signedOn = key && (await sessions?.signOn(key.secretHash, request));
  if (signedOn?.decision === "continue") {
    const response = await approvedLogin(c, login, signedOn);
    if (response) return ok({ response });
  }
  if (isSilent) return err(silentError(signedOn));
  if (signedOn?.decision !== "ask") return undefined;
  const page = await accountChoicePage(c, {
    client: client.name,
    redirectUri: redirect.uri,
    signedOn,
    login,
    fields: choiceFields(sent, signedOn.id),
  });
  return ok({ page });
}

/** The login, approved without the phone. Undefined if it can't be: then the phone is needed. */
async function approvedLogin(
  c: Context<AppEnv>,
  login: SessionParameters,
  { account, id: browserSession }: SignedOn,
): Promise<AuthorizationResponse | undefined> {
  const session = c.env.LOGIN_SESSIONS.get(c.env.LOGIN_SESSIONS.newUniqueId());
  using created = await session.createSignedOn(login, { account, browserSession });
  return created.ok ? created.value : undefined;
}

function ssoRequest(
  { validated, parameters, login }: SsoInput,
  chosen: string | undefined,
): SsoRequest {
  const { client, redirect } = validated;
  const { clientId, maxAge, expectedSub, screen, policy } = login;
  const loginHint = parameters.values.get("login_hint");
  return {
    clientId,
    scope: scopeWithClaims(login),
    prompt: promptOf(parameters),
    acrValues: listOf(parameters, "acr_values"),
    browser: screen,
    policy,
    isImpersonable: isPublicClient(client) && !isWebSite(redirect.uri),
    ...defined({ maxAge, expectedSub, loginHint, chosen }),
  };
}

function promptOf(parameters: AuthorizationParameters): string[] {
  return listOf(parameters, "prompt");
}

function listOf({ values }: AuthorizationParameters, name: string): string[] {
  return (values.get(name) ?? "").split(" ").filter((value) => value !== "");
}

/**
 * RFC 8252 §8.6: only an https redirect URI shows that the code reaches the client. A custom scheme, or a port of a
 * loopback address (§7.3), may belong to another app. `localhost` is a site under development.
 */
function isWebSite(redirectUri: string): boolean {
  return /^(https:|http:\/\/localhost[:/])/.test(redirectUri);
}

/** OpenID Connect Core §3.1.2.6, for `prompt=none`. */
function silentError(signedOn: SignedOn | undefined): OAuthError {
  return signedOn?.decision === "ask"
    ? {
        code: "interaction_required",
        description: "The person has to choose their account on a page first.",
      }
    : {
        code: "login_required",
        description: "The person is not logged in here, or has to approve with their phone.",
      };
}

function declined({ redirect }: ValidatedRedirect): Result<SsoAnswer, OAuthError> {
  const error = {
    error: "access_denied",
    error_description: "The login was declined, or given up.",
  };
  return ok({ response: authorizationResponse(redirect, error) });
}

/**
 * Whether a person navigates here. Our own site's hosts could otherwise log people in by an image or a hidden frame; a
 * frame is for `prompt=none` only. `Sec-Fetch-Dest` can't be set by a page (Fetch Metadata §2.1).
 */
function isNavigation(c: Context<AppEnv>, isSilent: boolean): boolean {
  const destination = c.req.header("Sec-Fetch-Dest");
  if (destination === undefined || destination === "document") return true;
  return isSilent && destination === "iframe";
}

/**
 * Browsers don't send the cookie with another site's form (`SameSite=Lax`). A request by POST (OpenID Connect Core
 * §3.1.2.1) is repeated by GET, with which they do.
 */
function repeatByGet(c: Context<AppEnv>, sent: URLSearchParams): Response | undefined {
  if (c.req.method !== "POST" || isFirstParty(c)) return undefined;
  if (c.req.header("Sec-Fetch-Site") === undefined) return undefined;
  const query = sent.toString();
  return query.length > MAX_QUERY ? undefined : c.redirect(`/authorize?${query}`, 303);
}
