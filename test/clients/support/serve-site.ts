import type { IncomingMessage, ServerResponse } from "node:http";
import { afterAll, beforeAll } from "vitest";
import { startSite, type Site } from "../../e2e/support/site.ts";

/** Serves a client's site during the tests of a file. */
export function serveSite(
  origin: string,
  answer: (request: IncomingMessage, response: ServerResponse) => unknown,
): void {
  let site: Site;
  beforeAll(async () => {
    const { port } = new URL(origin);
    const listener = (request: IncomingMessage, response: ServerResponse) =>
      void answer(request, response);
    site = await startSite(listener, "localhost", Number(port));
  });
  afterAll(() => site[Symbol.asyncDispose]());
}
