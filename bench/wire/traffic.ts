/** What went over a wire. */
export interface Traffic {
  connections: number;
  /** As far as they can be seen: those of HTTP/1.1, in the clear. */
  requests: number;
  /** Bytes from the client, and to it. */
  up: number;
  down: number;
}

/** All of it together; nothing, of none. */
export function sum(...traffic: readonly Traffic[]): Traffic {
  const total = (of: (one: Traffic) => number) => traffic.reduce((all, one) => all + of(one), 0);
  return {
    connections: total(({ connections }) => connections),
    requests: total(({ requests }) => requests),
    up: total(({ up }) => up),
    down: total(({ down }) => down),
  };
}

export function scaled({ connections, requests, up, down }: Traffic, factor: number): Traffic {
  return {
    connections: connections * factor,
    requests: requests * factor,
    up: up * factor,
    down: down * factor,
  };
}
