import * as v from "valibot";
import { Snapshot } from "../../protocol/snapshot.ts";

/** A snapshot as the object sent it. The Worker passes the text on, and reads only these two members. */
export interface SnapshotText extends v.InferOutput<typeof Head> {
  text: string;
}

const Head = v.pick(Snapshot, ["version", "status"]);

export function readSnapshotText(text: string): SnapshotText {
  return { text, ...v.parse(Head, JSON.parse(text)) };
}
