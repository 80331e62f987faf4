import { readFileSync } from "node:fs";
import { join } from "node:path";
import { transformSync } from "esbuild";
import * as v from "valibot";
import { WebSocket } from "ws";
import { jsonOf, send } from "../harness/http.ts";
import { check, type Subject, type WaitingLogin } from "../harness/subject.ts";
import { startWorkerd } from "../harness/workerd.ts";
import { expectStatus } from "./ours/login.ts";
import { workerBundle } from "./ours/worker-bundle.ts";
import { subjectOf } from "./baseline-process.ts";

const Created = v.object({ id: v.string() });
const Told = v.object({
  id: v.string(),
  status: v.picklist(["pending", "scanned", "approved", "redeemed"]),
});

/** A Durable Object that only makes the writes that a login needs: the minimum on this platform. */
export const bareObject: Subject = {
  name: "bare-object",
  about:
    "The minimum: a Durable Object on the same workerd with the same writes (one row and an alarm, one row at scan, approval and redemption, then all deleted) and one WebSocket; no checks, no keys, no tokens.",
  async start({ folder }) {
    const source = readFileSync(join(import.meta.dirname, "bare-object/worker.ts"), "utf8");
    const { compatibilityDate } = await workerBundle();
    const process = await startWorkerd({
      name: "The bare object",
      script: transformSync(source, { loader: "ts", minify: true }).code,
      compatibilityDate,
      objects: { LOGINS: "Login" },
      folder,
    });
    return subjectOf(process, ({ through = process.origin }) => beginLogin(through));
  },
};

async function beginLogin(origin: string): Promise<WaitingLogin> {
  const created = await send(`${origin}/`, { method: "POST" });
  expectStatus(created, 201, "a login");
  const { id } = v.parse(Created, jsonOf(created));
  const url = `${origin}/${id}`;
  const first = Promise.withResolvers<void>();
  const notified = Promise.withResolvers<number>();
  notified.promise.catch(() => undefined);
  const fail = (error: Error) => {
    first.reject(error);
    notified.reject(error);
  };
  const socket = new WebSocket(`${url.replace("http", "ws")}/socket`, { perMessageDeflate: false });
  socket.on("error", fail);
  socket.on("close", () => fail(new Error("The WebSocket ended before the approval.")));
  socket.on("message", (data: Buffer) => {
    const at = performance.now();
    try {
      const message = v.parse(Told, JSON.parse(data.toString()));
      check(message.id === id, "A screen got the message of another login.");
      first.resolve();
      if (message.status === "approved") notified.resolve(at);
    } catch (error) {
      fail(error instanceof Error ? error : new Error(String(error)));
    }
  });
  await first.promise;
  const become = async (verb: string, status: string) => {
    const answer = await send(`${url}/${verb}`, { method: "POST" });
    expectStatus(answer, 200, status);
    check(v.parse(v.object({ status: v.string() }), jsonOf(answer)).status === status, verb);
    return answer.at;
  };
  return {
    scan: async () => void (await become("scan", "scanned")),
    async approve() {
      const sentAt = performance.now();
      await become("approve", "approved");
      return sentAt;
    },
    notified: notified.promise,
    async finish() {
      await notified.promise;
      const at = await become("redeem", "redeemed");
      socket.terminate();
      return at;
    },
    abandon: () => socket.terminate(),
  };
}
