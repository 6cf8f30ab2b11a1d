// The vendor's repository over http. D21: nothing in a request tells one endpoint from another.

import { fetchBytes } from '@vitrine/host';
import { isVitrineError } from '@vitrine/evidence';
import type { Fetcher } from '@vitrine/tuf';

export interface Limits {
  /** For one file of metadata, evidence or proof. */
  readonly requestMs: number;
  /** A download that brings nothing for this long is given up. */
  readonly stallMs: number;
  /** And one that is slower than this on the whole, once `graceMs` are over. */
  readonly leastBytesPerSecond: number;
  readonly graceMs: number;
}

export const defaultLimits: Limits = {
  requestMs: 30_000,
  stallMs: 30_000,
  leastBytesPerSecond: 8_192,
  graceMs: 60_000,
};

/**
 * Asks the repository, and its mirrors where it cannot be reached. Only 404 means that there is no such
 * file: a server that forbids or fails has not said so.
 */
export function openRepositories(addresses: readonly string[], { requestMs }: Limits): Fetcher {
  return {
    async fetch(path, maxBytes) {
      let unreachable: unknown;
      for (const address of addresses) {
        try {
          const { status, bytes } = await fetchBytes(locate(address, path), {
            maxBytes,
            timeoutMs: requestMs,
            expectStatus: [200, 404],
          });
          return status === 404 ? undefined : bytes;
        } catch (error) {
          if (!isVitrineError(error) || error.exit !== 5) throw error;
          unreachable ??= error;
        }
      }
      throw unreachable;
    },
  };
}

export function locate(address: string, path: string): string {
  return `${address.endsWith('/') ? address : `${address}/`}${path}`;
}
