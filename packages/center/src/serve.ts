// The Center on a port, until it is closed: what is being answered then is finished first.

import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { getRequestListener } from '@hono/node-server';
import type { Center } from './center.ts';

export interface Served {
  readonly port: number;
  close(): Promise<void>;
}

export async function serveCenter(center: Center, host: string, port: number): Promise<Served> {
  const listener = getRequestListener((request, bindings) => center.app.fetch(request, bindings));
  const server = createServer((request, response) => void listener(request, response));
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, resolve);
  });
  return {
    port: (server.address() as AddressInfo).port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeIdleConnections();
      }),
  };
}
