// The Center on a port, until it is closed: what is being answered then is finished first.

import { getRequestListener } from '@hono/node-server';
import { listen } from '@vitrine/host';
import type { Center } from './center.ts';

export interface Served {
  readonly port: number;
  /** Takes no new request, finishes what runs, then ends. */
  close(): Promise<void>;
}

export async function serveCenter(center: Center, host: string, port: number): Promise<Served> {
  const listener = getRequestListener((request, bindings) => center.app.fetch(request, bindings));
  const headers = Object.entries(center.headers);
  const server = await listen(
    async (request, response) => {
      for (const [name, value] of headers) response.setHeader(name, value);
      await listener(request, response);
    },
    // A slow reader of a large file is cut after this long, too.
    { host, port, requestTimeoutMs: 30_000, graceMs: 30_000 },
  );
  return { port: server.port, close: () => server.close() };
}
