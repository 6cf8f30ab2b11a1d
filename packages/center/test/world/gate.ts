// A server that a test can take off the network, or make lie, while its address stays.

import { respond, type Handler } from '@vitrine/host';

/** A test context, or a whole file. */
export interface Ending {
  after(work: () => unknown): void;
}

export interface Gate {
  readonly handler: Handler;
  /** Paths as they were asked for, oldest first. */
  readonly asked: string[];
  /** `down`: 503 for everything. */
  state: 'up' | 'down';
  /** Bytes that are answered for a path in place of the true ones. */
  readonly lies: Map<string, Uint8Array>;
}

export function openGate(handler: Handler): Gate {
  const gate: Gate = {
    state: 'up',
    lies: new Map(),
    asked: [],
    handler(request, response) {
      const path = (request.url ?? '').replace(/\?.*$/, '');
      gate.asked.push(path);
      if (gate.state === 'down') return respond(response, 503, 'down\n');
      const lie = gate.lies.get(path);
      return lie === undefined ? handler(request, response) : respond(response, 200, lie);
    },
  };
  return gate;
}
