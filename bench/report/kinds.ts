/** Whose a subject is, which its colour tells. */
export type Kind = "ours" | "peer" | "floor";

const FLOORS = /^bare-object/;
const PEERS = /^(oidc-provider|better-auth|node-)/;

export function kindOf(subject: string): Kind {
  if (FLOORS.test(subject)) return "floor";
  return PEERS.test(subject) ? "peer" : "ours";
}

export const KIND_NAMES: Record<Kind, string> = {
  ours: "ours",
  peer: "what people use today",
  floor: "a bare Durable Object, the floor",
};
