// What the operator of a supervisor decides, beside the running daemon. A decision is durable when the
// command returns; the daemon makes the statement of a grant and sends it.

import { join } from 'node:path';
import { systemClock, type Clock } from '@vitrine/host';
import { fail } from '../codes.ts';
import { openRecords } from '../database.ts';
import { Requests, type DeskRequest } from './requests.ts';

function withRequests<T>(folder: string, clock: Clock, use: (requests: Requests, now: number) => T): T {
  const database = openRecords(folder);
  try {
    return use(new Requests(database), clock.now());
  } finally {
    database.close();
  }
}

/** All that are kept, oldest first. */
export function openRequests(folder: string, clock: Clock = systemClock): readonly DeskRequest[] {
  return withRequests(folder, clock, (requests, now) => requests.list(now));
}

/** `id`: the digest of the request or its beginning. Answers what was approved. */
export function approveRequest(folder: string, id: string, clock: Clock = systemClock): DeskRequest {
  return withRequests(folder, clock, (requests, now) => {
    const request = requests.named(id, now);
    const { digest } = request.signed;
    if (request.state === 'ended') throw fail('desk.decided', `the request ${digest} has ended`);
    requests.decide(digest, ['waiting'], 'approved', { now });
    return request;
  });
}

/** Of a request that waits: it is denied. Of a grant: no share leaves any more. `why` is for the requester alone. */
export function denyRequest(
  folder: string,
  id: string,
  why: string,
  clock: Clock = systemClock,
): { readonly request: DeskRequest; readonly state: 'denied' | 'revoked' } {
  return withRequests(folder, clock, (requests, now) => {
    const request = requests.named(id, now);
    const { digest } = request.signed;
    if (request.commitment === undefined) {
      requests.decide(digest, ['waiting', 'approved'], 'denied', { now, why });
      return { request, state: 'denied' };
    }
    requests.decide(digest, ['granted'], 'revoked', { now, why });
    return { request, state: 'revoked' };
  });
}

/** Where salts and bodies of grants lie. */
export function grantsFolder(folder: string): string {
  return join(folder, 'grants');
}
