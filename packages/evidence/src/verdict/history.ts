// One log, one history: the heads that a verdict sees must agree with each other and with what was seen before.

import { equal, fromBase64, quote, toBase64 } from '../bytes.ts';
import type { Checkpoint } from '../checkpoint.ts';
import { fail } from '../codes.ts';
import { verifyConsistency } from '../merkle.ts';
import type { TrustPolicy } from '../policy/load.ts';
import type { Sha256 } from '../sha256.ts';
import type { Head } from './state.ts';
import type { Finding } from './trial.ts';

/** That the tree of size `to` extends the tree of size `from`; read from the log's tiles. */
export interface ConsistencyProof {
  readonly from: number;
  readonly to: number;
  readonly path: readonly Uint8Array[];
}

const rememberedHead = 'the remembered checkpoint';

interface Seen {
  readonly what: string;
  readonly origin: string;
  readonly size: number;
  readonly root: Uint8Array;
}

/**
 * Answers the head to remember: it moves from the remembered one only along what is proven, so that no
 * single verdict can carry a client over to a fork. Unproven growth is `unknown`; another root for the
 * same size is always a refusal (D7).
 */
export function requireHistory(
  remembered: Head | undefined,
  heads: readonly { readonly what: string; readonly checkpoint: Checkpoint }[],
  { document }: TrustPolicy,
  proofs: readonly ConsistencyProof[],
  demanded: boolean,
  sha256?: Sha256,
): Finding<Head> {
  const seen: Seen[] = heads.map(({ what, checkpoint }) => ({ what, ...checkpoint }));
  if (remembered !== undefined)
    seen.push({ what: rememberedHead, ...remembered, root: fromBase64(remembered.root) });
  // The active shard last. Heads of different shards are not compared: `shard-begin` and `shard-end` tie them.
  const rank = ({ origin }: Seen): number => (origin === document.log.origin ? 1 : 0);
  seen.sort(
    (a, b) => rank(a) - rank(b) || (a.origin < b.origin ? -1 : a.origin > b.origin ? 1 : a.size - b.size),
  );

  const unproven: string[] = [];
  const linked: boolean[] = [];
  for (let i = 1; i < seen.length; i++) {
    const [a, b] = [seen[i - 1] as Seen, seen[i] as Seen];
    linked[i] = a.origin === b.origin;
    if (a.origin !== b.origin) continue;
    if (a.size === b.size) {
      if (!equal(a.root, b.root)) {
        throw fail(
          'verdict.fork',
          `two roots for size ${a.size} of ${quote(a.origin)}: ${toBase64(a.root)} in ${a.what}, ${toBase64(b.root)} in ${b.what}`,
        );
      }
      continue;
    }
    const proof = proofs.find(({ from, to }) => from === a.size && to === b.size);
    if (proof === undefined) {
      unproven.push(`${a.size} → ${b.size}`);
      linked[i] = false;
      continue;
    }
    try {
      verifyConsistency(proof.path, a.size, b.size, a.root, b.root, sha256);
    } catch (cause) {
      throw fail(
        'verdict.fork',
        `size ${b.size} in ${b.what} does not extend size ${a.size} in ${a.what}: the log shows two histories`,
        { cause },
      );
    }
  }
  const last = seen[endOfChain(seen, linked, document.log.origin)] as Seen;
  const value: Head = { origin: last.origin, size: last.size, root: toBase64(last.root) };
  if (unproven.length === 0) {
    const detail =
      seen.length === 1
        ? `size ${last.size} is the first one seen`
        : `${seen.length} heads up to size ${last.size} are one history`;
    return { value, detail };
  }
  const missing = `not compared: ${unproven.join(', ')} needs the log's tiles`;
  if (demanded) throw fail('verdict.unproven', missing);
  return { value, detail: missing, outcome: 'unknown' };
}

/** From the remembered head, or at first sight from the smallest of the active shard, as far as links reach. */
function endOfChain(seen: readonly Seen[], linked: readonly boolean[], origin: string): number {
  const active = seen.findIndex((one) => one.origin === origin);
  const remembered = seen.findIndex(
    ({ what, origin: own }) => what === rememberedHead && (own === origin || active < 0),
  );
  let at = remembered >= 0 ? remembered : active >= 0 ? active : seen.length - 1;
  while (linked[at + 1] === true) at++;
  return at;
}
