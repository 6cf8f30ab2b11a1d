// The independent rebuilder of the tour: a process that gets nothing but addresses, its own key and an
// order's identifier.

import { setTimeout as sleep } from 'node:timers/promises';
import {
  order as orderKind,
  parseJson,
  provenance as provenanceKind,
  rebuild as rebuildKind,
  schema,
  statementIdOf,
  statementOf,
  utf8,
  type TrustPolicy,
} from '@vitrine/evidence';
import { viewOf, type Sandbox } from '@vitrine/conveyor';
import { sha256 } from '@vitrine/host';
import type { Appender } from '../append.ts';
import { fail } from '../codes.ts';
import { openPolicyLog } from '../log-access.ts';
import type { Cast } from './cast.ts';
import { vitrine } from './processes.ts';

export interface RebuildPlace {
  readonly cast: Cast;
  readonly policy: TrustPolicy;
  readonly appender: Appender;
  readonly logUrl: string;
  readonly siteUrl: string;
  /** The one that the vendor builds in. */
  readonly sandbox: Sandbox;
}

const rebuildDocument = schema.object(
  { result: schema.oneOf('built', 'reproduced', 'differs', 'cannot-build') },
  { blind: schema.flag },
  { open: true },
);

export interface RebuildReport {
  readonly result: string;
  readonly blind: boolean;
  readonly ms: number;
}

/** `vitrine rebuild` in its own process, home and stores. */
export async function rebuild(
  { cast, logUrl, siteUrl, sandbox }: RebuildPlace,
  orderId: string,
  data: string,
): Promise<RebuildReport> {
  const started = performance.now();
  const { code, stdout, stderr } = await vitrine(
    [
      'rebuild',
      orderId,
      '--log',
      logUrl,
      '--repository',
      siteUrl,
      '--policy',
      cast.policyFile,
      '--root',
      cast.rootFile,
      '--key',
      cast.keyFile('rebuilder'),
      '--data',
      data,
      '--json',
    ],
    data,
    // By name: a rebuilder goes without a sandbox only where it is told to, and here the order is our own.
    { VITRINE_SANDBOX: sandbox.isolation },
  );
  const document = parseJson(utf8(stdout));
  if (typeof document === 'object' && document !== null && 'error' in document) {
    throw fail(
      'tour.step',
      `the rebuilder ended with ${String(code)}: ${JSON.stringify(document)} ${stderr}`,
    );
  }
  const { result, blind = false } = rebuildDocument.check(document);
  return { result, blind, ms: performance.now() - started };
}

export interface Watched {
  /** Appends for the vendor: an order starts the rebuilder, and provenance waits for its blind digest. */
  readonly appender: Appender;
  readonly finished: Promise<RebuildReport>;
}

/**
 * The policy of the tour counts only blind rebuilds (D14): the vendor keeps its provenance back until
 * the rebuilder has logged its own digest, so that neither can copy the other's.
 */
export function watchForOrder(place: RebuildPlace, data: string): Watched {
  const ordered = Promise.withResolvers<string>();
  const finished = ordered.promise.then((orderId) => rebuild(place, orderId, data));
  finished.catch(() => undefined); // Whoever awaits it is told; until then a failed build is told first.
  return {
    finished,
    appender: {
      async append(envelope) {
        const { predicateType } = statementOf(envelope);
        if (predicateType === provenanceKind.predicateType) {
          await blindDigest(place, await ordered.promise, finished);
        }
        const answer = await place.appender.append(envelope);
        if (predicateType === orderKind.predicateType) ordered.resolve(statementIdOf(envelope, sha256));
        return answer;
      },
    },
  };
}

/** Resolves when the log holds a rebuild of this order; gives up when the rebuilder has ended without one. */
async function blindDigest(
  { logUrl, policy }: RebuildPlace,
  orderId: string,
  finished: Promise<unknown>,
): Promise<void> {
  const over = new AbortController();
  const end = (): void => over.abort();
  finished.then(end, end);
  const view = viewOf(await openPolicyLog(logUrl, policy));
  while (!over.signal.aborted) {
    for await (const { envelope } of view.entries(0)) {
      const { predicateType, predicate } = statementOf(envelope);
      if (
        predicateType === rebuildKind.predicateType &&
        rebuildKind.schema.check(predicate).order === orderId
      )
        return;
    }
    await sleep(100);
  }
}
