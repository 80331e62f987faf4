import { defined } from "../../../lib/defined.ts";
import { h } from "../../ui/dom.ts";
import { brand, busy, heading, paragraph } from "../../ui/components.ts";
import { PHONE } from "../../ui/texts.ts";
import { LoginError } from "../../../sdk/login-error.ts";
import type { SignedInUser } from "../../../protocol/account.ts";
import { serverNow } from "../api.ts";
import { resultOf } from "../result.ts";
import type { Clock } from "../format-time.ts";
import type { Step, StepContext } from "../steps.ts";
import { signedInLine } from "../sign-in/signed-in.ts";
import { createActionRunner, type ActionRunner } from "./action-runner.ts";
import { navigation } from "./navigation.ts";
import type { AccountPage } from "./account-page.ts";

/** What a page is rendered from. */
export interface PageContext<Content> {
  content: Content;
  clock: Clock;
  runAction: ActionRunner;
  /** Leaves the page for the next step. */
  goTo: (next: Step) => void;
}

/** The content of a page. */
export interface PageContent {
  texts: { heading: string; text: string };
  parts: (HTMLElement | undefined)[];
}

/**
 * Opens an account page: signs the user in if needed, loads the content, and offers a retry if that
 * fails. `message`: what was just done.
 */
export async function openPage<Content>(
  context: StepContext,
  page: AccountPage,
  message: string | undefined,
  {
    load,
    render,
  }: { load: () => Promise<Content>; render: (context: PageContext<Content>) => PageContent },
): Promise<Step> {
  const { views, account } = context;
  const retry: Step = { to: "account-page", page };
  views.renderDelayed({
    name: "loading",
    title: PHONE.loading,
    content: [brand(), navigation(page), busy(PHONE.loading)],
  });
  let content: Content;
  let user: SignedInUser | undefined;
  try {
    const state = await account.whoAmI();
    if (!state.passkeys) return { to: "result", result: "ownApp" };
    user = state.account;
    if (!user) return account.supported ? { to: "sign-in", page } : noPasskeys;
    content = await load();
  } catch (error) {
    const signedOut = error instanceof LoginError && error.code === "sign_in_required";
    if (!signedOut) return { to: "result", result: resultOf(error, navigator.onLine), retry };
    account.forget();
    return { to: "sign-in", page };
  }
  const loaded = { content, user };
  return await new Promise<Step>((goTo) => {
    const clock = { language: document.documentElement.lang, now: serverNow() };
    const { texts, parts } = render({
      content: loaded.content,
      clock,
      runAction: createActionRunner(context, page, goTo),
      goTo,
    });
    views.render({
      name: page,
      title: texts.heading,
      ...defined({ announcement: message }),
      content: [
        brand(),
        navigation(page),
        h(
          "div",
          { class: "view page" },
          heading(texts.heading),
          paragraph(texts.text),
          message === undefined ? undefined : h("p", { class: "said" }, message),
          ...parts,
        ),
        signedInLine(context, loaded.user, retry, goTo),
      ],
    });
  });
}

const noPasskeys: Step = { to: "result", result: "noPasskeys" };
