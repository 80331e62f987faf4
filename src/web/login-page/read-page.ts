import { LOGIN_PAGE_ID, parseLoginPage } from "../../protocol/login-page.ts";

/** Reads the data that the server wrote into the page, and removes it, since it contains secrets. */
export function readLoginPage(): ReturnType<typeof parseLoginPage> | undefined {
  const element = document.getElementById(LOGIN_PAGE_ID);
  const json = element?.textContent;
  element?.remove();
  return json ? parseLoginPage(json) : undefined;
}

/**
 * Milliseconds since the response arrived. The lifetime of the session counts from then, not from
 * when the script started.
 */
export function ageOfPage(): number {
  const [navigation] = performance.getEntriesByType("navigation");
  if (!(navigation instanceof PerformanceNavigationTiming)) return 0;
  return performance.now() - navigation.responseStart;
}
