import { interleaved } from "../harness/interleave.ts";
import { middle } from "../harness/statistics.ts";
import type { Suite } from "../harness/suite.ts";
import { check } from "../harness/subject.ts";
import { send } from "../harness/http.ts";
import { startWorkerd } from "../harness/workerd.ts";
import { workerBundle } from "../targets/ours/worker-bundle.ts";

/** A Worker that signs: `/<algorithm>?count=<signatures>`, with one key for each algorithm. */
const SIGNER = `
const ALGORITHMS = {
  RS256: {
    name: "RSASSA-PKCS1-v1_5",
    modulusLength: 2048,
    publicExponent: new Uint8Array([1, 0, 1]),
    hash: "SHA-256",
  },
  ES256: { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" },
  EdDSA: { name: "Ed25519" },
};
const keys = new Map();
/** As long as an ID token. */
const text = new Uint8Array(600);
export default {
  async fetch(request) {
    const { pathname, searchParams } = new URL(request.url);
    const algorithm = ALGORITHMS[pathname.slice(1)];
    if (!keys.has(pathname)) {
      keys.set(pathname, await crypto.subtle.generateKey(algorithm, false, ["sign", "verify"]));
    }
    const { privateKey } = keys.get(pathname);
    for (let i = Number(searchParams.get("count")); i > 0; i -= 1) {
      await crypto.subtle.sign(algorithm, privateKey, text);
    }
    return new Response("");
  },
};
`;

const REFERENCE = "ES256";
const OTHERS = ["RS256", "EdDSA"];

/** The time of a signature by each algorithm that a client may choose, as a multiple of ES256. */
export const signature: Suite = {
  name: "signature",
  measures: ["signature_time"],
  async run({ quick, folder, log, note }) {
    const [count, rounds] = quick ? [20, 3] : [500, 15];
    note(`${count} signatures in one request to workerd, by each algorithm in turn.`);
    const { compatibilityDate } = await workerBundle();
    const worker = { script: SIGNER, compatibilityDate, objects: {} };
    const process = await startWorkerd({ ...worker, name: "signer", folder: folder() });
    const sign = async (algorithm: string): Promise<number> => {
      const startedAt = performance.now();
      const answer = await send(`${process.origin}/${algorithm}?count=${count}`);
      check(answer.status === 200, `The answer was ${answer.status}.`);
      return answer.at - startedAt;
    };
    try {
      const algorithms = [REFERENCE, ...OTHERS];
      // Generates the keys.
      for (const algorithm of algorithms) await sign(algorithm);
      const measured = await interleaved(algorithms, rounds, sign);
      const reference = measured.get(REFERENCE) ?? [];
      return OTHERS.map((algorithm) => {
        const times = measured.get(algorithm) ?? [];
        const ratios = times.map((time, round) => time / (reference[round] ?? NaN));
        const { value, spread } = middle(ratios);
        log(`${algorithm}: ${value.toFixed(1)} times ${REFERENCE}`);
        return { measure: "signature_time", subject: algorithm, unit: "× ES256", value, spread };
      });
    } finally {
      await process.stop();
    }
  },
};
