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
  /** Who may be asked now; without it everybody, at any time. */
  readonly hosts?: Hosts | undefined;
}

/** An agent that runs by itself leaves a host alone that failed or asked to wait (run/hosts.ts). */
export interface Hosts {
  /** Every request is made in here, by `work`, or refused with exit 5 before anything is sent. */
  request<T>(address: string, work: (request: HostRequest) => Promise<T>): Promise<T>;
}

export interface HostRequest {
  readonly signal?: AbortSignal | undefined;
  /** To be told of the answer. */
  readonly onAnswer?: ((status: number, headers: Headers) => void) | undefined;
}

export function requestFrom<T>(
  { hosts }: Pick<Limits, 'hosts'>,
  address: string,
  work: (request: HostRequest) => Promise<T>,
): Promise<T> {
  return hosts === undefined ? work({}) : hosts.request(address, work);
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
export function openRepositories(addresses: readonly string[], limits: Limits): Fetcher {
  return {
    async fetch(path, maxBytes) {
      let unreachable: unknown;
      for (const address of addresses) {
        try {
          const { status, bytes } = await requestFrom(limits, address, (request) =>
            fetchBytes(locate(address, path), {
              maxBytes,
              timeoutMs: limits.requestMs,
              expectStatus: [200, 404],
              ...request,
            }),
          );
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
