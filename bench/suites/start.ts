import { gzipSync } from "node:zlib";
import { interleaved } from "../harness/interleave.ts";
import { middle } from "../harness/statistics.ts";
import type { Suite } from "../harness/suite.ts";
import { check } from "../harness/subject.ts";
import { send } from "../harness/http.ts";
import { startWorkerd } from "../harness/workerd.ts";
import { ISSUER } from "../targets/ours/server.ts";
import { workerBundle } from "../targets/ours/worker-bundle.ts";

/** A Worker that does nothing, with the same Durable Objects as ours: the platform prepares them. */
const emptyWorker = (classNames: readonly string[]) =>
  [
    `import { DurableObject } from "cloudflare:workers";`,
    ...classNames.map((name) => `export class ${name} extends DurableObject {}`),
    `export default { fetch: () => new Response("") };`,
  ].join("\n");

/** The size and the duration of a cold start. */
export const start: Suite = {
  name: "start",
  measures: ["worker_size", "start_up"],
  async run({ quick, folder, log, note }) {
    note(
      "workerd is started with our Worker and with an empty one that has the same bindings, in turns; measured from the launch to the first answer.",
    );
    const bundle = await workerBundle();
    const ours = { ...bundle, vars: { ...bundle.vars, ISSUER } };
    const empty = { ...ours, script: emptyWorker(Object.values(bundle.objects)) };
    const launch = async (worker: typeof ours): Promise<number> => {
      const launchedAt = performance.now();
      const process = await startWorkerd({ ...worker, name: "workerd", folder: folder() });
      try {
        // A method that no route accepts: the smallest request for which both evaluate all code.
        const answer = await send(`${process.origin}/nothing`);
        check(answer.status === (worker === ours ? 404 : 200), `The answer was ${answer.status}.`);
        return answer.at - launchedAt;
      } finally {
        await process.stop();
      }
    };
    const measured = await interleaved([ours, empty], quick ? 3 : 15, launch);
    const all = measured.get(ours) ?? [];
    const without = middle(measured.get(empty) ?? []);
    const { value } = middle(all.map((milliseconds) => milliseconds - without.value));
    const size = gzipSync(bundle.script).length;
    log(`${value.toFixed(1)} ms, ${size} bytes`);
    return [
      { measure: "worker_size", subject: "worker", unit: "bytes", value: size },
      { measure: "start_up", subject: "worker", unit: "ms", value },
    ];
  },
};
