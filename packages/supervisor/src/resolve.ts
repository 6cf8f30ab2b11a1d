// A supervisor ends a hold (D14): after an investigation by people, on the word of its operator. The
// statement goes into the outbox of the folder, whether or not the daemon runs beside.

import { join } from 'node:path';
import {
  formatTime,
  provenance as provenanceKind,
  rebuild as rebuildKind,
  resolution as resolutionKind,
  sameDigest,
  signStatement,
  subjectOf,
  type Rebuild,
  type Resolution,
  type Signer,
} from '@vitrine/evidence';
import { systemClock, type Clock } from '@vitrine/host';
import { Claims, type Claim } from './claims.ts';
import { fail } from './codes.ts';
import { openRecords } from './database.ts';
import { keepSealed } from './findings.ts';
import { Outbox } from './outbox.ts';

export interface ResolutionRequest {
  readonly folder: string;
  /** Index of the entry that says that the order gave other bytes. */
  readonly differs: number;
  readonly outcome: Resolution['outcome'];
  /** Sealed: the log gets a commitment, the folder keeps the text. */
  readonly explanation: string;
  readonly operator: string;
  readonly signer: Signer;
  readonly clock?: Clock | undefined;
}

/** Answers the statement identifier, and the order it is about. */
export async function resolve(
  request: ResolutionRequest,
): Promise<{ readonly id: string; readonly order: string; readonly outcome: Resolution['outcome'] }> {
  const { folder, differs, outcome, explanation, operator, signer, clock = systemClock } = request;
  const database = openRecords(folder);
  try {
    const claims = new Claims(database);
    const { order } = requireDifference(claims, differs).statement.predicate;
    const slot = `resolution/${differs}`;
    const outbox = new Outbox(database, clock);
    const before = outbox.get(slot);
    if (before !== undefined)
      throw fail('supervisor.resolution', `entry ${differs} was resolved here before, by ${before.id}`);
    const issuedAt = formatTime(clock.now() / 1000);
    const body = { format: 'urn:vitrine:explanation:v1', differs, outcome, issuedAt, text: explanation };
    const commitment = await keepSealed(join(folder, 'resolutions'), body, operator);
    const envelope = await signStatement(
      resolutionKind,
      [{ name: 'order', digest: { sha256: order } }],
      { differs, outcome, explanation: commitment, issuedAt },
      signer,
    );
    return { id: outbox.put(slot, envelope).id, order, outcome };
  } finally {
    database.close();
  }
}

/** An entry that says `differs`, or whose bytes are not those of a provenance: only such a one is a hold. */
function requireDifference(claims: Claims, index: number): Claim<Rebuild> {
  const claim = claims.at(index, rebuildKind);
  if (claim === undefined) throw fail('supervisor.resolution', `entry ${index} is no rebuild`);
  const { order, result } = claim.statement.predicate;
  const own = subjectOf(claim.statement, 'outputs') ?? '';
  const isDifferent = claims
    .of(provenanceKind, order)
    .some(({ statement }) => !sameDigest(subjectOf(statement, 'outputs') ?? '', own));
  if (result === 'cannot-build' || (result !== 'differs' && !isDifferent))
    throw fail('supervisor.resolution', `entry ${index} says "${result}" and contradicts no provenance`);
  return claim;
}
