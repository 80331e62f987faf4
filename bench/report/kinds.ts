/** The kind of a subject, shown by its colour. */
export type Kind = "ours" | "peer" | "floor";

const FLOORS = /^bare-object/;
const PEERS = /^(oidc-provider|better-auth|node-)/;

export function kindOf(subject: string): Kind {
  if (FLOORS.test(subject)) return "floor";
  return PEERS.test(subject) ? "peer" : "ours";
}

export const KIND_NAMES: Record<Kind, string> = {
  ours: "this project",
  peer: "other systems",
  floor: "a bare Durable Object, the minimum",
};
