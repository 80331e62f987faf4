import { TrieRouter } from "hono/router/trie-router";
import { app } from "../../../src/app.ts";

/** Every route of the router, as `METHOD /path/:with/:parameters`, including new ones. */
export const ROUTES: readonly string[] = [
  ...new Set(
    app.routes
      .filter(({ method, path }) => method !== "ALL" && !path.endsWith("/*"))
      .map(({ method, path }) => `${method} ${path}`),
  ),
];

const router = new TrieRouter<string>();
for (const route of ROUTES) {
  const [method = "", path = ""] = route.split(" ");
  router.add(method, path, route);
}

/** The route of a request, or undefined. */
export function routeOf(method: string, path: string): string | undefined {
  return router.match(method, path)[0].at(-1)?.[0];
}

/** A path for a route without a known valid request. */
export function samplePath(route: string): string {
  const path = route.slice(route.indexOf(" ") + 1);
  // A parameter may say in braces how long it is: `:id{[A-Za-z0-9_-]{16}}`.
  return path.replaceAll(/:\w+(\{[^/]*?\{(\d+)[^/]*\})?/g, (_, __, length?: string) =>
    "A".repeat(Number(length ?? 43)),
  );
}
