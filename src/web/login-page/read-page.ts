import { LOGIN_PAGE_ID, parseLoginPage } from "../../protocol/login-page.ts";

/**
 * What the server has written into the page. It is taken out: its secrets are nobody's business who
 * looks at the page later.
 */
export function readLoginPage(): ReturnType<typeof parseLoginPage> | undefined {
  const element = document.getElementById(LOGIN_PAGE_ID);
  const json = element?.textContent;
  element?.remove();
  return json ? parseLoginPage(json) : undefined;
}

/** Milliseconds since the page began to arrive: the codes count from there, not from when a script ran. */
export function ageOfPage(): number {
  const [navigation] = performance.getEntriesByType("navigation");
  if (!(navigation instanceof PerformanceNavigationTiming)) return 0;
  return performance.now() - navigation.responseStart;
}
