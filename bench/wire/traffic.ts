/** Traffic of a connection. */
export interface Traffic {
  connections: number;
  /** Requests of unencrypted HTTP/1.1. */
  requests: number;
  /** Bytes from the client, and to it. */
  up: number;
  down: number;
}

/** The sum; zero for an empty list. */
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
